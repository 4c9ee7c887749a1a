/** Loads files in this process, for commands that need no daemon. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { EvaluatorLive } from "../config/evaluate.ts"
import { Loader } from "../config/Loader.ts"
import { LoaderLive } from "../config/LoaderLive.ts"
import { FilesLive } from "../os/FilesLive.ts"
import { HostLive } from "../os/HostLive.ts"
import { UsersLive } from "../os/UsersLive.ts"

export const HostServices = Layer.mergeAll(FilesLive, UsersLive, HostLive)

const LoaderHere = LoaderLive.pipe(Layer.provide(EvaluatorLive), Layer.provide(HostServices))

export const loadHere = (entries: ReadonlyArray<string>) =>
  Loader.use((loader) => loader.load(entries)).pipe(Effect.provide(LoaderHere))

/** Of a git revision of them. */
export const loadRevisionHere = (entries: ReadonlyArray<string>, revision: string) =>
  Loader.use((loader) => loader.loadRevision(entries, revision)).pipe(Effect.provide(LoaderHere))
