import { playStages } from "../compare/Stage.ts"
import { flags } from "./flags.ts"

playStages(flags)
