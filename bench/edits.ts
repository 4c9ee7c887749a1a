/**
 * How many processes realistic edits of ini files restart: the ini part of the corpus through Debian's supervisord, through
 * `reeve supervisord` in its place, each with its own `supervisorctl update`, and through `reeve up`, beside the number that had
 * to restart. Needs Debian's package supervisor, which it does not install, and a built reeve. Takes a few minutes.
 *
 *   node bench/edits.ts [--list] [--servers 2]     --list: each edit in which somebody restarts more or less than had to
 */
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs, promisify } from "node:util"
import { applyEdit, copyTree, editsOf } from "../test/change/corpus/corpusTrees.ts"
import type { Edit } from "../test/change/corpus/Edit.ts"
import { hadToBeReplaced, type Pids, running } from "../test/change/corpus/replaced.ts"
import { type Python, startPython } from "../test/peers/compare/Python.ts"
import { commandOf, environmentOf } from "../test/peers/compare/Side.ts"
import { endEverythingOf } from "../test/real/endEverythingOf.ts"
import { reeve, waitFor } from "../test/real/reeve.ts"

const { values } = parseArgs({
  options: { list: { type: "boolean" }, servers: { type: "string", default: "2" } }
})
type Which = "supervisord" | "reeve supervisord" | "reeve up"
const whiches: ReadonlyArray<Which> = ["supervisord", "reeve supervisord", "reeve up"]

const isRoot = process.geteuid?.() === 0

/** What supervisord can read, too: it has no includes within includes. */
const edits = editsOf("server").filter(
  ({ changes }) =>
    !changes.some(({ file }) => file === "site.ini" || /\.ts$/.test(file)) &&
    (isRoot || !changes.some((change) => "old" in change && change.old.includes("user=")))
)

const configuration = `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/s.log
pidfile=%(here)s/s.pid
childlogdir=%(here)s
${isRoot ? "user=root" : ""}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
[include]
files=programs/*.ini conf.d/*.conf
`

interface Server {
  readonly directory: string
  readonly pids: () => Promise<Pids>
  readonly update: () => Promise<void>
  readonly close: () => Promise<void>
}

const begin = async (which: Which, python: Python): Promise<Server> => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "reeve-edits-")))
  copyTree("server", directory)
  writeFileSync(join(directory, "s.conf"), configuration)
  if (!isRoot) {
    const web = join(directory, "programs/web.ini")
    writeFileSync(web, readFileSync(web, "utf8").replace("user=nobody\n", ""))
  }
  const [file = "", ...words] = commandsOf(which)
  const child = spawn(file, words, {
    cwd: directory,
    env: environmentOf(directory),
    stdio: "ignore"
  })
  const socket = join(directory, which === "reeve up" ? "state/run/reeve.sock" : "s.sock")
  const rpc = async (method: string): Promise<unknown> => {
    const [answer] = await python.rpc(`unix://${socket}`, [[method, []]])
    if (answer !== undefined && "value" in answer) return answer.value
    throw new Error(`${which} answered ${method} with ${JSON.stringify(answer)}`)
  }
  const server: Server = {
    directory,
    pids: () => rpc("supervisor.getAllProcessInfo").then(pidsOf),
    update: () => update(which, directory, python, rpc),
    close: async () => {
      await end(child)
      await endEverythingOf(directory)
      rmSync(directory, { recursive: true, force: true })
    }
  }
  await waitFor(`${which} to answer`, () => {
    if (child.exitCode !== null) throw new Error(`${which} ended with ${child.exitCode}`)
    return existsSync(socket)
  })
  return server
}

const commandsOf = (which: Which): ReadonlyArray<string> => {
  const [file, words] = commandOf(which === "supervisord" ? which : "reeve")
  return which === "reeve up"
    ? [file, reeve, "up", "programs", "--state-dir", "state", "--quiet"]
    : [file, ...words, "-n", "-c", "s.conf"]
}

/** Comes back when what was saved is applied. */
const update = async (
  which: Which,
  directory: string,
  python: Python,
  rpc: (method: string) => Promise<unknown>
): Promise<void> => {
  const words = ["-c", "s.conf", "update"]
  switch (which) {
    case "supervisord": {
      const { code, stderr, stdout } = await python.ctl(directory, words)
      if (code !== 0 || /^error/im.test(stdout)) throw new Error(`${which}: ${stdout}${stderr}`)
      return
    }
    case "reeve supervisord":
      await promisify(execFile)(process.execPath, [reeve, "supervisorctl", ...words], {
        cwd: directory
      })
      return
    case "reeve up":
      // It applies saves by itself; the answer comes when it did.
      await rpc("supervisor.reloadConfig")
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGTERM")
  const impatient = setTimeout(() => child.kill("SIGKILL"), 15_000)
  await ended
  clearTimeout(impatient)
}

/** Addresses as supervisorctl has them, with the pids of those that run. */
const pidsOf = (found: unknown): Pids =>
  new Map(
    (Array.isArray(found) ? found : []).flatMap(({ group, name, pid, statename }) =>
      statename === "RUNNING"
        ? [[group === name ? name : `${group}:${name}`, Number(pid)] as const]
        : []
    )
  )

/** Waits until these run and nothing else, for a while: what an `update` leaves stopped does not come. */
const settled = async (server: Server, addresses: ReadonlyArray<string>): Promise<Pids> => {
  const wanted = [...addresses].sort().join(" ")
  let pids: Pids = new Map()
  const isSettled = async () => {
    pids = await server.pids()
    return [...pids.keys()].sort().join(" ") === wanted
  }
  await waitFor("all to run", isSettled, 6_000).catch(() => undefined)
  return pids
}

/** Processes that are not there any more although what they ran still is declared. */
const ended = (before: Pids, after: Pids, { expected }: Edit): number => {
  const gone = new Set(expected.flatMap(({ address, verb }) => (verb === "stop" ? [address] : [])))
  const names = new Map(expected.flatMap(({ address, from }) => (from ? [[from, address]] : [])))
  return [...before].filter(
    ([address, pid]) => !gone.has(address) && after.get(names.get(address) ?? address) !== pid
  ).length
}

interface Outcome {
  readonly edit: Edit
  readonly restarted: number
}

const measure = async (
  which: Which,
  share: ReadonlyArray<Edit>,
  python: Python
): Promise<ReadonlyArray<Outcome>> => {
  const server = await begin(which, python)
  try {
    let before = await settled(server, programs)
    const outcomes: Array<Outcome> = []
    for (const edit of share) {
      const undo = applyEdit(server.directory, edit)
      await server.update()
      const after = await settled(server, running(before, edit))
      outcomes.push({ edit, restarted: ended(before, after, edit) })
      undo()
      await server.update()
      before = await settled(server, programs)
    }
    return outcomes
  } finally {
    await server.close()
  }
}

/** What runs before any edit. */
const programs = [
  ...["nginx", "php:php_00", "php:php_01", "static", "queue:resize", "queue:thumbs", "sweep"],
  ...["queue:mail_00", "queue:mail_01", "queue:mail_02", "queue:mail_03", "redis", "postgres"],
  ...["metrics", "crashmail", "cgi:cgi_00", "cgi:cgi_01", "reports", "office:calendar"],
  ...["office:fax", "poll-a", "poll-b"]
]

const compare = async (): Promise<void> => {
  const python = startPython()
  try {
    const servers = Math.max(1, Number(values.servers))
    const shares = Array.from({ length: servers }, (_, at) =>
      edits.filter((__, number) => number % servers === at)
    )
    const through = async (which: Which) =>
      (await Promise.all(shares.map((share) => measure(which, share, python)))).flat()
    report(await Promise.all(whiches.map(through)))
  } finally {
    python.close()
  }
}

/** In the order of `whiches`; each has the edits in the same order. */
const report = (measured: ReadonlyArray<ReadonlyArray<Outcome>>): void => {
  const line = (numbers: ReadonlyArray<number>, had: number): string =>
    [...whiches.map((which, at) => `${which} ${numbers[at]}`), `had to ${had}`].join(", ")
  const need = edits.reduce((sum, edit) => sum + hadToBeReplaced(edit).length, 0)
  for (const [at, { edit }] of (measured[0] ?? []).entries()) {
    const numbers = measured.map((outcomes) => outcomes[at]?.restarted ?? 0)
    const had = hadToBeReplaced(edit).length
    if (values.list && numbers.some((number) => number !== had)) {
      console.log(`${edit.title}: ${line(numbers, had)}`)
    }
  }
  const totals = measured.map((outcomes) =>
    outcomes.reduce((sum, { restarted }) => sum + restarted, 0)
  )
  console.log(`processes restarted by ${edits.length} edits of ini files: ${line(totals, need)}`)
}

if (existsSync("/usr/bin/supervisord")) await compare()
else {
  console.error(
    "There is no /usr/bin/supervisord: install Debian's package supervisor (apt-get install supervisor), and try again."
  )
  process.exitCode = 1
}
