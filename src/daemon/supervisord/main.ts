/** The daemon's entry in supervisord mode; see ../main.ts. */
import { runKept } from "../../os/keptCode.ts"
import { stateDirectoryOf } from "../stateDirectoryOf.ts"

await runKept({
  url: import.meta.url,
  source: "./supervisordDaemon.ts",
  bundle: "supervisordMode",
  stateDirectory: stateDirectoryOf(process.argv[2])
})
