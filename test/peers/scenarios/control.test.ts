import { playStages } from "../compare/Stage.ts"
import { control } from "./control.ts"

playStages(control)
