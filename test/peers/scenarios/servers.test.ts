import { playStages } from "../compare/Stage.ts"
import { servers } from "./servers.ts"

playStages(servers)
