import { playStages } from "../compare/Stage.ts"
import { http } from "./http.ts"

playStages(http)
