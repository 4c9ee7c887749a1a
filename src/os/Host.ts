/** The process that reeve itself is: its environment at the start, its directory, its machine. */
import * as Context from "effect/Context"

export class Host extends Context.Service<
  Host,
  {
    readonly platform: string
    readonly hostname: string
    readonly pid: number
    /** The environment that reeve was started with, less npm's additions (design 5). */
    readonly environment: ReadonlyMap<string, string>
    readonly directory: string
    readonly umask: number
    readonly cpus: number
    readonly memoryBytes: number
  }
>()("reeve/os/Host") {}
