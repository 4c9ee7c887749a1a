import { join } from "node:path"
import { sha256 } from "../os/sha256.ts"
import type { StoreFiles } from "../store/openStore.ts"

/** The databases of a state directory and its runtime directory. */
export const storeFiles = (paths: {
  readonly stateDirectory: string
  readonly runtimeDirectory: string
}): StoreFiles => ({
  stateFile: join(paths.stateDirectory, "state.db"),
  runtimeFile: join(paths.runtimeDirectory, "processes.db")
})

/** Where the pipes of program output are. */
export const fifoDirectory = (runtimeDirectory: string): string => join(runtimeDirectory, "fifos")

/** The cgroup that those of programs are in, below reeve's own: no other reeve's has this name. */
export const cgroupName = (runtimeDirectory: string): string =>
  `reeve-${sha256(runtimeDirectory).slice(0, 16)}`

/**
 * Where the sockets are that programs find as NOTIFY_SOCKET. Programs of other users come by names of root's own directories only
 * where all may pass, which they may not below the runtime directory.
 */
export const noticeDirectory = (runtimeDirectory: string): string =>
  process.geteuid?.() === 0
    ? `/run/reeve-notify-${sha256(runtimeDirectory).slice(0, 16)}`
    : join(runtimeDirectory, "notify")
