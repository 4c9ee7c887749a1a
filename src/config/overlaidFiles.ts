import * as Effect from "effect/Effect"
import type { Files } from "../os/Files.ts"
import { type Overlay, placeOf, treePath } from "../os/overlay.ts"

/** The file system with the files of a revision in the place of those of the working tree. */
export const overlaidFiles = (files: Files["Service"], overlay: Overlay): Files["Service"] => {
  const place = (path: string) => placeOf(overlay, path)
  return {
    read: (path) => files.read(place(path)),
    readText: (path) => files.readText(place(path)),
    head: (path, length) => files.head(place(path), length),
    stat: (path) => files.stat(place(path)),
    canExecute: (path, as) => files.canExecute(place(path), as),
    list: (path) => files.list(place(path)),
    glob: (pattern) =>
      Effect.map(files.glob(place(pattern)), (found) =>
        found.map((path) => treePath(overlay, path))
      ),
    realpath: (path) => Effect.map(files.realpath(place(path)), (real) => treePath(overlay, real))
  }
}
