/**
 * Where reeve's own programs lie: the sources when reeve runs from its repository, the bundles when it runs from
 * `dist/`. Everything that starts a process or a thread of reeve's asks here; nobody else builds such a path.
 */
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export type EntryName = "evaluator" | "keeper" | "daemon" | "logplane" | "cli" | "index"

const sources: Readonly<Record<EntryName, string>> = {
  evaluator: "config/evaluator/main.ts",
  keeper: "keeper/main.ts",
  daemon: "daemon/main.ts",
  logplane: "logs/worker.ts",
  cli: "cli/main.ts",
  index: "index.ts"
}

/** Absolute path of an entry; `index` is what `import … from "reeve"` gives. All bundles lie side by side. */
export const entryPath = (name: EntryName): string => {
  const self = fileURLToPath(import.meta.url)
  return self.endsWith(".ts")
    ? join(dirname(self), "..", sources[name])
    : join(dirname(self), `${name}.js`)
}
