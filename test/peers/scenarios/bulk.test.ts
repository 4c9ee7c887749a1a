import { playStages } from "../compare/Stage.ts"
import { bulk } from "./bulk.ts"

playStages(bulk)
