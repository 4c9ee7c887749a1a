import { playStages } from "../compare/Stage.ts"
import { rows } from "./rows.ts"

playStages(rows)
