import { playStages } from "../compare/Stage.ts"
import { logs } from "./logs.ts"

playStages(logs)
