import { playStages } from "../compare/Stage.ts"
import { fastCgi } from "./fastCgi.ts"

playStages(fastCgi)
