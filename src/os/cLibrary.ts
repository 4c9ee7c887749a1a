/** The C library that this process runs on, and functions of it bound by their prototypes (os/libc.ts declares them). */
import type { LibraryHandle } from "koffi"

type Koffi = Pick<typeof import("koffi"), "errno" | "load">

let loaded: Koffi | undefined

/** Its native part takes longer to load than most commands take, which call nothing of it: it is loaded by the first call. */
const koffi = (): Koffi => {
  if (loaded !== undefined) return loaded
  const native: Koffi = process.getBuiltinModule("node:module").createRequire(import.meta.url)(
    "koffi"
  )
  loaded = native
  return native
}

let library: LibraryHandle | undefined

/**
 * The C library that this process already runs on (glibc or musl), found through the process itself; by name where that
 * does not work.
 */
export const cLibrary = (): LibraryHandle => {
  if (library !== undefined) return library
  const arch = process.arch === "arm64" ? "aarch64" : "x86_64"
  for (const name of [null, "libc.so.6", `libc.musl-${arch}.so.1`]) {
    try {
      const candidate = koffi().load(name)
      candidate.func("int waitid(int, unsigned int, void*, int)")
      library = candidate
      return candidate
    } catch {}
  }
  throw new Error("reeve cannot load the C library (tried libc.so.6 and libc.musl)")
}

/** A C function bound at its first call; -1 becomes the negated errno. */
export const call = <A extends ReadonlyArray<unknown>>(prototype: string) => {
  let bound: ((...args: A) => number | bigint) | undefined
  return (...args: A): number => {
    bound ??= cLibrary().func(prototype)
    const result = Number(bound(...args))
    return result === -1 ? -koffi().errno() : result
  }
}
