import { playStages } from "../compare/Stage.ts"
import { events } from "./events.ts"

playStages(events)
