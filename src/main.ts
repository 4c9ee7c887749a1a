#!/usr/bin/env node
/**
 * The executable. It parses on every Node that is still about, and its bundle imports nothing statically: on a Node that is too
 * old it becomes the package-local runtime (same pid), or says so in one sentence; else it hands over to the command line.
 */
import { version } from "./os/version.ts"

const required = "^22.22.2 || ^24.15.0 || >=26.0.0"

interface Entry {
  readonly source: string
  readonly bundle: string
  /** So much code that keeping it compiled is worth its while. */
  readonly kept: boolean
}

const cli: Entry = { source: "./cli/main.ts", bundle: "cli", kept: true }
const supervisord: Entry = {
  source: "./cli/supervisordMain.ts",
  bundle: "supervisord",
  kept: true
}
const supervisorctl: Entry = {
  source: "./cli/supervisorctlMain.ts",
  bundle: "supervisorctl",
  kept: true
}
const status: Entry = { source: "./cli/statusMain.ts", bundle: "./status.js", kept: false }

/** First words that have a bundle of their own. */
const entries = new Map<string, Entry>([
  ["supervisord", supervisord],
  ["supervisorctl", supervisorctl],
  ["status", status],
  ["ls", status],
  ["ps", status]
])
/** Names of links to reeve: supervisord's two commands. */
const links = new Map<string, Entry>([
  ["supervisord", supervisord],
  ["supervisorctl", supervisorctl]
])

/** Whether reeve runs on this version of Node ("22.22.2"). */
const isSupported = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  if (major === 24) return minor >= 15
  return major >= 26
}

/** Runtimes of npm's package `node`: beside reeve first, then in the project of the current directory. */
const runtimes = async (): Promise<ReadonlyArray<string>> => {
  const { realpathSync, statSync } = await import("node:fs")
  const { dirname, join } = await import("node:path")
  const { fileURLToPath } = await import("node:url")
  const upwards = (from: string): ReadonlyArray<string> =>
    dirname(from) === from ? [from] : [from, ...upwards(dirname(from))]
  const places = [...upwards(dirname(fileURLToPath(import.meta.url))), ...upwards(process.cwd())]
  const found = places
    .flatMap((place) => [
      join(place, "node_modules/node/bin/node"),
      join(place, "node_modules/.bin/node")
    ])
    .filter((path) => {
      const facts = statSync(path, { throwIfNoEntry: false })
      if (facts === undefined || !facts.isFile()) return false
      // What somebody else put there must not become root, or anybody.
      return [0, process.geteuid?.()].includes(facts.uid) && (facts.mode & 0o022) === 0
    })
    .map((path) => realpathSync(path))
  return [...new Set(found)]
}

/** As its package tells, which starts nothing; as it tells itself where it lies in none. */
const versionOf = async (path: string): Promise<string> => {
  const { readFileSync } = await import("node:fs")
  const { dirname, join } = await import("node:path")
  try {
    const file = readFileSync(join(dirname(dirname(path)), "package.json"), "utf8")
    const { name, version: told } = JSON.parse(file)
    if (name === "node" && typeof told === "string") return told
  } catch {}
  const { execFileSync } = await import("node:child_process")
  return execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim()
}

/** Comes back only when there is no runtime to become. */
const becomeNewer = async (): Promise<void> => {
  for (const path of await runtimes()) {
    // Whatever its package says, that one is too old.
    if (path === process.execPath || !isSupported(await versionOf(path))) continue
    const { replaceProcess } = await import("./os/replaceProcess.ts")
    replaceProcess(path, [path, ...process.argv.slice(1)], process.env)
  }
}

const main = async (): Promise<void> => {
  const [first, ...others] = process.argv.slice(2)
  const link = (process.argv[1] ?? "").replace(/^.*\//, "")
  const asksVersion = others.length === 0 && (first === "--version" || first === "-v")
  if (asksVersion && !links.has(link)) {
    process.stdout.write(`reeve ${version}\n`)
    return
  }
  if (!isSupported(process.versions.node)) {
    await becomeNewer().catch(() => undefined)
    process.stderr.write(
      `reeve needs Node ${required}, this is ${process.version}: install a newer one, ` +
        "or add one to the project with: npm install --save-dev node@26\n"
    )
    process.exitCode = 1
    return
  }
  const { bundle, kept, source } = links.get(link) ?? entries.get(first ?? "") ?? cli
  if (kept) {
    const { runKept } = await import("./os/keptCode.ts")
    return runKept({ url: import.meta.url, source, bundle, stateDirectory: null })
  }
  const entry = import.meta.url.endsWith(".ts") ? source : bundle
  await import(new URL(entry, import.meta.url).href)
}

await main()
