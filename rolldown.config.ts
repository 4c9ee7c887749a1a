import { defineConfig, type Plugin } from "rolldown"

/**
 * One bundle an entry, so that each process loads only what it needs, from one file: what Node does for each module that it
 * loads takes longer than the code. Packages with native parts or that only the daemon uses stay outside. `reeve` itself is
 * apart: it must parse on old Node versions and imports nothing statically.
 */
const external = [/^node:/, "koffi", "winston", "chokidar"]
const shared = {
  dir: "dist",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } }
}
const output = {
  ...shared,
  format: "esm" as const,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js"
}

/** A text in ASCII takes V8 one byte a character, any other two. */
const ascii: Plugin = {
  name: "ascii",
  generateBundle: (_options, bundle) => {
    for (const part of Object.values(bundle)) {
      if (part.type === "chunk") part.code = part.code.replace(/[^\x00-\x7f]/g, escaped)
    }
  }
}
const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`

/**
 * effect makes an AsyncResource at each suspension of a fiber, for those who use AsyncLocalStorage or async_hooks. Nothing here
 * does, and a daemon suspends fibers ten thousand times when it stops a few hundred programs.
 */
const withoutAsyncResources: Plugin = {
  name: "withoutAsyncResources",
  transform: (code, id) => {
    if (!id.endsWith("/effect/dist/internal/effect.js")) return null
    const begin = code.indexOf("const AsyncResource = ")
    const end = code.indexOf("const captureAsyncContext = ", begin)
    if (begin < 0 || end < 0) throw new Error("effect makes its AsyncResources elsewhere now")
    const without = `${code.slice(0, begin)}const AsyncResource = undefined;\n${code.slice(end)}`
    return { code: without, map: null }
  }
}

/** An ES module of its own. */
const apart = (name: string, source: string) => ({
  input: { [name]: source },
  platform: "node" as const,
  external,
  plugins: [withoutAsyncResources],
  output
})

/** Large code that os/keptCode.ts runs: CommonJS, as the compiled code of ES modules cannot be kept after they ran. */
const kept = (name: string, source: string) => ({
  ...apart(name, source),
  plugins: [withoutAsyncResources, ascii],
  output: {
    ...shared,
    format: "cjs" as const,
    entryFileNames: "chunks/[name].cjs",
    chunkFileNames: "chunks/[name]-[hash].cjs"
  }
})

export default defineConfig([
  apart("reeve", "src/main.ts"),
  apart("status", "src/cli/statusMain.ts"),
  apart("keeper", "src/keeper/main.ts"),
  apart("daemon", "src/daemon/main.ts"),
  apart("supervisordDaemon", "src/daemon/supervisord/main.ts"),
  apart("logplane", "src/logs/worker.ts"),
  apart("pidfds", "src/os/pidfdThread.ts"),
  apart("notices", "src/os/notices/noticeThread.ts"),
  kept("cli", "src/cli/main.ts"),
  kept("supervisorctl", "src/cli/supervisorctlMain.ts"),
  kept("supervisord", "src/cli/supervisordMain.ts"),
  kept("upDaemon", "src/daemon/upDaemon.ts"),
  kept("supervisordMode", "src/daemon/supervisord/supervisordDaemon.ts"),
  {
    input: { evaluator: "src/config/evaluator/main.ts", index: "src/index.ts" },
    platform: "node",
    external,
    plugins: [withoutAsyncResources],
    output
  }
])
