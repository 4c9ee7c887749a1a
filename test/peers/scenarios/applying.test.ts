import { playStages } from "../compare/Stage.ts"
import { applying } from "./applying.ts"

playStages(applying)
