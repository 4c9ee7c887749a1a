import { playStages } from "../compare/Stage.ts"
import { methods } from "./methods.ts"

playStages(methods)
