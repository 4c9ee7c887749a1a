import { defineConfig } from "rolldown"

/**
 * One bundle an entry, so that each process loads only what it needs. Packages with native parts or that only the
 * daemon uses stay outside. `reeve` itself is apart: it must parse on old Node versions and imports nothing statically.
 */
const external = [/^node:/, "koffi", "winston", "chokidar"]
const output = {
  dir: "dist",
  format: "esm" as const,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } }
}

export default defineConfig([
  { input: { reeve: "src/main.ts" }, platform: "node", external: [/^node:/, "koffi"], output },
  // Apart as well: scripts call them in loops, so each is one small file.
  {
    input: { supervisorctl: "src/cli/supervisorctlMain.ts" },
    platform: "node",
    external,
    output
  },
  { input: { status: "src/cli/statusMain.ts" }, platform: "node", external, output },
  {
    input: {
      cli: "src/cli/main.ts",
      daemon: "src/daemon/main.ts",
      supervisord: "src/cli/supervisordMain.ts",
      supervisordDaemon: "src/daemon/supervisord/main.ts",
      keeper: "src/keeper/main.ts",
      evaluator: "src/config/evaluator/main.ts",
      logplane: "src/logs/worker.ts",
      pidfds: "src/os/pidfdThread.ts",
      notices: "src/os/notices/noticeThread.ts",
      index: "src/index.ts"
    },
    platform: "node",
    external,
    output
  }
])
