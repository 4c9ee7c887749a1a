/** The daemon's entry in supervisord mode; see ../main.ts. */
import { useCompileCache } from "../../os/compileCache.ts"
import { stateDirectoryOf } from "../stateDirectoryOf.ts"

const directory = stateDirectoryOf(process.argv[2])
if (directory !== null) useCompileCache(directory)
await import("./supervisordDaemon.ts")
