/** The daemon's entry in supervisord mode; see ../main.ts. */
import { useCompileCache } from "../../os/compileCache.ts"
import { stateDirectoryOf } from "../stateDirectoryOf.ts"

useCompileCache(stateDirectoryOf(process.argv[2]))
await import("./supervisordDaemon.ts")
