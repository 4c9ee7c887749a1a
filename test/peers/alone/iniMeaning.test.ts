import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import type { ImportedSupervisord } from "../../../src/config/importSupervisord.ts"
import type { Definition, LogSink } from "../../../src/domain/Definition.ts"
import { signalNumber } from "../../../src/domain/Signal.ts"
import type { HttpServerSettings } from "../../../src/domain/SupervisordConfig.ts"
import { call } from "../../core/iniMachine.ts"
import { type Configuration, configuration } from "../iniGenerator.ts"
import { askSupervisord, random } from "../python.ts"

const environment = { HOME: "/root", PCT: "50%", X: "x y" }

const sinkFacts = ({ backups, captureMaxBytes, events, file, maxBytes, syslog }: LogSink) => [
  // supervisord leaves a relative one to open.
  typeof file === "string" ? file : file.path.replace(/^\/site\//, ""),
  maxBytes,
  backups,
  syslog,
  captureMaxBytes,
  events
]

const uids: Readonly<Record<string, number>> = { root: 0, nobody: 65534, "0": 0, nogroup: 65534 }

const processFacts = (name: string, definition: Definition) => {
  const { SUPERVISOR_SERVER_URL: serverurl, ...own } = definition.environment
  return {
    name,
    command: definition.command,
    // supervisord leaves a relative one to chdir.
    directory: definition.directory?.replace("/site/", "") ?? null,
    environment: own,
    umask: definition.umask,
    uid: definition.user === null ? null : (uids[definition.user] ?? -1),
    priority: definition.priority,
    start: [definition.start.auto, definition.start.stableAfterMs / 1000, definition.start.retries],
    restart: definition.restart.when,
    stop: [
      signalNumber(definition.stop.signal),
      definition.stop.timeoutMs / 1000,
      definition.stop.group === "all",
      definition.stop.group !== "no"
    ],
    exitcodes: definition.restart.expectedExitCodes,
    serverurl: serverurl ?? null,
    stdout: sinkFacts(definition.logs.stdout),
    stderr: definition.logs.stderr === "stdout" ? "stdout" : sinkFacts(definition.logs.stderr)
  }
}

const serverFacts = (server: HttpServerSettings) => {
  const common = [server.section, server.username, server.password]
  if (server.kind === "inet") return [...common, server.host, server.port]
  const { file, mode, owner } = server
  return [...common, file, mode, owner === null ? [-1, -1] : [owner.uid, owner.gid]]
}

/** Without an owner of its own a socket belongs to the user of its program, unless that is the daemon's. */
const socketFacts = ({ fastCgi, user }: Definition) => {
  if (fastCgi === null) return null
  if (fastCgi.kind === "tcp") return [fastCgi.host, fastCgi.port, fastCgi.backlog]
  const usual = user === "nobody" ? [65534, 65534] : null
  const owner = fastCgi.owner?.split(":").map((name) => uids[name] ?? -2)
  return [
    fastCgi.path,
    fastCgi.mode,
    owner === undefined ? usual : [owner[0], owner[1] ?? -1],
    fastCgi.backlog
  ]
}

const facts = ({ config, groups, programs }: ImportedSupervisord) => {
  const { user } = config.settings
  return {
    settings: { ...config.settings, user: user === null ? null : [user.uid, user.gid] },
    servers: config.servers.map(serverFacts),
    rpcInterface: config.rpcInterface,
    messages: (["critical", "warn", "info"] as const).map((level) => [
      level,
      ...config.messages.filter((one) => one.level === level).map(({ text }) => text)
    ]),
    serverUrl: config.serverUrl,
    groups: groups.map(({ declared, name, priority, programs: listed }) => {
      const instances = listed.flatMap((one) =>
        programs
          .filter((found) => found.group === name && found.name === one)
          .flatMap((found) => found.instances)
      )
      const [first] = instances
      const pool = first?.definition.listener ?? null
      return {
        name,
        priority,
        processes: instances.map((instance) => processFacts(instance.name, instance.definition)),
        listener: pool === null ? null : [pool.bufferSize, pool.events.toSorted()],
        // In a declared group supervisord passes over it (G6).
        socket: first === undefined || declared ? null : socketFacts(first.definition)
      }
    })
  }
}

/** What of supervisord's answer can be seen from outside: a pool or a socket without a process cannot. */
interface Answer {
  readonly ok?: { readonly groups: ReadonlyArray<{ readonly processes: ReadonlyArray<unknown> }> }
  readonly error?: string
  readonly crash?: string
}
const isAnswer = (value: unknown): value is Answer => typeof value === "object" && value !== null

const seen = (answer: unknown): unknown => {
  if (!isAnswer(answer)) return answer
  if (answer.ok === undefined) return { ...answer, error: worded(answer.error ?? "") }
  const groups = answer.ok.groups.map((group) =>
    group.processes.length === 0 ? { ...group, listener: null, socket: null } : group
  )
  return { ok: { ...answer.ok, groups } }
}

/** Of several unknown events supervisord names any one; a spec that is none is shown as a pair of Python's. */
const worded = (text: string): string =>
  text
    .replace(/^Unknown event type .* in \[/s, "Unknown event type … in [")
    .replace(/^(\(.EntryPoint must be in |Parse error at ).*/s, "no entry point")
    .replace(/^.* cannot be resolved within \[.*/s, "no entry point")

/** reeve's own: its sentence says more than supervisord's, or there is none there. */
const ownRefusals = /needs a name, or %%|^The name is empty/

/** The surroundings of the first difference; null: there is none. */
const firstDifference = (ours: unknown, theirs: unknown): string | null => {
  if (isDeepStrictEqual(ours, theirs)) return null
  const [mine = "", other = ""] = [ours, theirs].map((value) => JSON.stringify(value))
  let at = 0
  while (mine[at] === other[at] && at < mine.length) at += 1
  const start = Math.max(0, at - 150)
  return `reeve:       ${mine.slice(start, at + 300)}\nsupervisord: ${other.slice(start, at + 300)}`
}

const shown = ({ args, files }: Configuration): string =>
  JSON.stringify(args) +
  Object.entries(files)
    .map(([path, text]) => `\n--- ${path}\n${text}`)
    .join("")

describe("the meaning of a configuration beside Debian's supervisord", () => {
  it("is the same in 20,000 random ones: values, messages, or the words of the refusal", async () => {
    const count = 20_000
    const next = random(5)
    const configurations = Array.from({ length: count }, () => configuration(next))
    const asked = askSupervisord(configurations.map((one) => ({ ...one, names: environment })))
    const read: Array<Result.Result<ImportedSupervisord, string>> = []
    for (const { args, files } of configurations) {
      read.push(await Effect.runPromise(Effect.result(call({ files, environment }, args))))
    }
    const answers = await asked
    assert.lengthOf(answers, count)
    let good = 0
    let own = 0
    const errors = new Set<string>()
    const differences: Array<string> = []
    for (const [index, one] of configurations.entries()) {
      const result = read[index]
      if (result === undefined) throw new Error("not read")
      if (Result.isSuccess(result)) good += 1
      else if (ownRefusals.test(result.failure)) {
        own += 1
        continue
      } else errors.add(result.failure.replace(/'.*'/s, "").slice(0, 30))
      const ours = Result.isSuccess(result)
        ? { ok: facts(result.success) }
        : { error: worded(result.failure) }
      const difference = firstDifference(ours, seen(answers[index]))
      if (difference !== null) differences.push(`${difference}\n${shown(one)}`)
    }
    assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences`)
    assert.isAbove(good, 7500, "configurations without an error")
    assert.isAbove(errors.size, 120, "kinds of errors")
    assert.isBelow(own, 400, "refusals of reeve's own")
  }, 180_000)
})
