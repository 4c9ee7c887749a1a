import { playStages } from "../compare/Stage.ts"
import { update } from "./update.ts"

playStages(update)
