import type { SecretRef } from "../Definition.ts"

/** Where a secret is to be found. It is read when a process starts; reeve stores, shows and logs the place only. */
export const secret = Object.freeze({
  /** A variable of the environment that reeve itself was started with. */
  env: (name: string): SecretRef => Object.freeze({ secret: "env", name }),
  /** A file, without the line break at its end. A relative path starts at the directory of the defining file. */
  file: (path: string): SecretRef => Object.freeze({ secret: "file", path })
})
