/** The daemon's entry: what it is made of is loaded through the cache of compiled code, which has to be named before. */
import { useCompileCache } from "../os/compileCache.ts"
import { stateDirectoryOf } from "./stateDirectoryOf.ts"

useCompileCache(stateDirectoryOf(process.argv[2]))
await import("./upDaemon.ts")
