/**
 * Runs reeve's large bundles, with their compiled code kept on disk. Node's own cache (compileCache.ts) keeps of a module what
 * was compiled before it ran, its outermost function; what a boot takes long for are those inside, which V8 compiles when they
 * are first called. Here the code is kept when it has run, with all that it called (node:vm, `script.createCachedData`).
 * What lies there is executed, so it lies where that other cache lies.
 */
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { cacheDirectory, keepCompileCache, useCompileCache } from "./compileCache.ts"
import { nodeFs } from "./nodeFs.ts"

export interface KeptEntry {
  /** `import.meta.url` of the entry that asks. */
  readonly url: string
  /** The module, seen from there: when reeve runs from its sources. */
  readonly source: string
  /** Its bundle's name, when it runs from `dist/`. */
  readonly bundle: string
  /** Null: this process has none of its own. */
  readonly stateDirectory: string | null
}

export const runKept = async ({
  bundle,
  source,
  stateDirectory,
  url
}: KeptEntry): Promise<void> => {
  if (url.endsWith(".ts")) return void (await import(new URL(source, url).href))
  // For what comes from packages.
  useCompileCache(stateDirectory)
  const bundles = new Bundles(cacheDirectory(stateDirectory))
  const keep = () => bundles.keep()
  Reflect.set(globalThis, KEEP, keep)
  process.once("exit", keep)
  bundles.load(join(dirname(fileURLToPath(url)), "chunks", `${bundle}.cjs`))
}

/** To be called when what has to be quick was done once, by a process that may not end in order. */
export const keepCode = (): void => {
  const keep: unknown = Reflect.get(globalThis, KEEP)
  if (typeof keep === "function") keep()
  keepCompileCache()
}

/** The bundle that runs has a copy of this file that is not the one that loaded it. */
const KEEP = Symbol.for("reeve/os/keptCode")

type Wrapper = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  directory: string
) => void

type Script = import("node:vm").Script

const before = "(function(exports,require,module,__filename,__dirname){"

/** CommonJS files beside each other, each loaded once. */
class Bundles {
  readonly #directory: string | null
  readonly #modules = new Map<string, { exports: unknown }>()
  /** Not on disk yet. */
  readonly #fresh = new Map<string, { readonly script: Script; readonly identity: string }>()

  constructor(directory: string | null) {
    this.#directory = directory
  }

  load(file: string): unknown {
    const known = this.#modules.get(file)
    if (known !== undefined) return known.exports
    const module: { exports: unknown } = { exports: {} }
    this.#modules.set(file, module)
    const run: Wrapper = this.#compile(file).runInThisContext()
    const others = nodeModule.createRequire(file)
    const directory = dirname(file)
    const require = (name: string): unknown =>
      name.startsWith("./") ? this.load(join(directory, name)) : others(name)
    run(module.exports, require, module, file, directory)
    return module.exports
  }

  /** Where it cannot be written, the code is compiled each time. */
  keep(): void {
    for (const [file, { identity, script }] of this.#fresh) {
      this.#fresh.delete(file)
      const path = this.#path(file)
      if (path === null) continue
      try {
        const code = script.createCachedData()
        put(path, Buffer.concat([Buffer.from(`${identity}${digest(code)}`), code]))
      } catch {}
    }
  }

  #compile(file: string): Script {
    const bytes = nodeFs.readFileSync(file)
    const identity = digest(bytes)
    const cachedData = this.#kept(file, identity)
    const script = new vm.Script(`${before}${bytes.toString("utf8")}\n})`, {
      filename: file,
      columnOffset: -before.length,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(cachedData === null ? {} : { cachedData })
    })
    // Rejected: by another version of V8.
    if (cachedData === null || script.cachedDataRejected === true)
      this.#fresh.set(file, { script, identity })
    return script
  }

  /** Of exactly that text, or null. */
  #kept(file: string, identity: string): Buffer | null {
    const path = this.#path(file)
    if (path === null) return null
    try {
      const bytes = nodeFs.readFileSync(path)
      const start = identity.length + DIGEST_LENGTH
      if (bytes.toString("latin1", 0, identity.length) !== identity) return null
      const code = bytes.subarray(start)
      // V8 believes what it reads: a bit that a disk turned would end every daemon.
      return bytes.toString("latin1", identity.length, start) === digest(code) ? code : null
    } catch {
      return null
    }
  }

  #path(file: string): string | null {
    const name = `${basename(file)}.${process.version}-${process.arch}-${flagsTag}`
    return this.#directory === null ? null : join(this.#directory, name)
  }
}

const DIGEST_LENGTH = 8
/** Of node:zlib, as node:crypto takes longer to load. */
const digest = (bytes: Uint8Array): string =>
  process.getBuiltinModule("node:zlib").crc32(bytes).toString(16).padStart(DIGEST_LENGTH, "0")

/** Whole or not at all. */
const put = (path: string, bytes: Uint8Array): void => {
  const beside = `${path}.${process.pid}.new`
  nodeFs.rmSync(beside, { force: true })
  const fd = nodeFs.openSync(beside, "wx", 0o600)
  try {
    nodeFs.writeFileSync(fd, bytes)
  } finally {
    nodeFs.closeSync(fd)
  }
  nodeFs.renameSync(beside, path)
}

/** V8 takes no code that was compiled under other flags, as the daemon's are. */
const flagsTag = process.getBuiltinModule("node:v8").cachedDataVersionTag().toString(16)
const vm = process.getBuiltinModule("node:vm")
const nodeModule = process.getBuiltinModule("node:module")
