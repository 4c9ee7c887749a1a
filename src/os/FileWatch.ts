/**
 * chokidar, as reeve uses it: paths in, events out. Waiting for quiet is not done here, nor any choice of what matters. It is
 * loaded by the first watch: most daemons in supervisord mode have none.
 */
import type { FSWatcher } from "chokidar"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"

export interface FileEvent {
  readonly kind: "add" | "change" | "unlink" | "addDir" | "unlinkDir"
  readonly path: string
}

export interface FileWatchOptions {
  readonly paths: ReadonlyArray<string>
  /** Whether links lead on to what they name. */
  readonly followLinks: boolean
  /** Asked for each path before it is watched; directories that are ignored are not entered. */
  readonly ignored: (path: string) => boolean
  readonly onEvent: (event: FileEvent) => void
  /** The errno's name: ENOSPC means that the system's limit of watches is reached. */
  readonly onError: (errno: string) => void
}

export interface FileWatch {
  /** Files or directories; what is missing is reported when it appears. */
  readonly add: (paths: ReadonlyArray<string>) => void
}

/** Watches until the scope closes. Ready when it returns: no later change is missed. */
export const watchFiles = (options: FileWatchOptions) =>
  Effect.acquireRelease(
    Effect.flatMap(loaded, ({ watch }) =>
      Effect.callback<FSWatcher>((resume) => {
        const watcher = watch([...options.paths], {
          ignoreInitial: true,
          // Both hold events back; what to wait for is decided by the one who waits.
          atomic: false,
          awaitWriteFinish: false,
          followSymlinks: options.followLinks,
          ignored: options.ignored
        })
        for (const kind of ["add", "change", "unlink", "addDir", "unlinkDir"] as const) {
          watcher.on(kind, (path) => options.onEvent({ kind, path }))
        }
        watcher.on("error", (error) => options.onError(errnoOf(error)))
        watcher.once("ready", () => resume(Effect.succeed(watcher)))
      })
    ),
    (watcher) => Effect.promise(() => watcher.close())
  ).pipe(Effect.map((watcher): FileWatch => ({ add: (paths) => void watcher.add([...paths]) })))

const loaded = Effect.promise(() => import("chokidar"))
