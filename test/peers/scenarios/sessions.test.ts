import { playStages } from "../compare/Stage.ts"
import { sessions } from "./sessions.ts"

playStages(sessions)
