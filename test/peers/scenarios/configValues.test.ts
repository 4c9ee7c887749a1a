import { playStages } from "../compare/Stage.ts"
import { configValues } from "./configValues.ts"

playStages(configValues)
