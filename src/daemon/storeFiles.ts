import { join } from "node:path"
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
