/** The daemon's entry: what it is made of runs with its compiled code kept, for which the place has to be named before. */
import { runKept } from "../os/keptCode.ts"
import { stateDirectoryOf } from "./stateDirectoryOf.ts"

await runKept({
  url: import.meta.url,
  source: "./upDaemon.ts",
  bundle: "upDaemon",
  stateDirectory: stateDirectoryOf(process.argv[2])
})
