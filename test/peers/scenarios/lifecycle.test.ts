import { playStages } from "../compare/Stage.ts"
import { lifecycle } from "./lifecycle.ts"

playStages(lifecycle)
