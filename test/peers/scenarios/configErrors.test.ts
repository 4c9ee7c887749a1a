import { playStages } from "../compare/Stage.ts"
import { configErrors } from "./configErrors.ts"

playStages(configErrors)
