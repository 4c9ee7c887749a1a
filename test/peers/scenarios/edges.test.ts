import { playStages } from "../compare/Stage.ts"
import { edges } from "./edges.ts"

playStages(edges)
