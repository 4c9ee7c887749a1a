/**
 * Where reeve's own programs lie: the sources when reeve runs from its repository, the bundles when it runs from
 * `dist/`. Everything that starts a process or a thread of reeve's asks here; nobody else builds such a path.
 */
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export type EntryName =
  | "evaluator"
  | "keeper"
  | "daemon"
  | "supervisordDaemon"
  | "logplane"
  | "pidfds"
  | "notices"
  | "cli"
  | "supervisord"
  | "supervisorctl"
  | "index"

const sources: Readonly<Record<EntryName, string>> = {
  evaluator: "config/evaluator/main.ts",
  keeper: "keeper/main.ts",
  daemon: "daemon/main.ts",
  supervisordDaemon: "daemon/supervisord/main.ts",
  logplane: "logs/worker.ts",
  pidfds: "os/pidfdThread.ts",
  notices: "os/notices/noticeThread.ts",
  cli: "cli/main.ts",
  supervisord: "cli/supervisordMain.ts",
  supervisorctl: "cli/supervisorctlMain.ts",
  index: "index.ts"
}

/** Absolute path of an entry; `index` is what `import … from "reeve"` gives. Bundles lie side by side in `dist/`. */
export const entryPath = (name: EntryName): string => {
  const self = fileURLToPath(import.meta.url)
  const folder = dirname(self)
  if (self.endsWith(".ts")) return join(folder, "..", sources[name])
  // What several bundles share lies one directory deeper.
  return join(basename(folder) === "chunks" ? dirname(folder) : folder, `${name}.js`)
}
