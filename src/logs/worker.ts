/**
 * Entry of the log plane's threads (os/Entries "logplane"). It blocks in poll and runs no event loop; it imports no Effect.
 */
import { threadPort } from "../os/WorkerThread.ts"
import type { Command, Report, WorkerData } from "./Message.ts"
import { MoveLoop } from "./MoveLoop.ts"

const port = threadPort<Command, Report, WorkerData>()
new MoveLoop(port).run()
port.close()
