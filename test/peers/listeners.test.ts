import { playStages } from "./compare/Stage.ts"
import { listenerStages } from "./listeners/stages.ts"

playStages(listenerStages)
