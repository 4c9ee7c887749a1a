import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { decode } from "../../src/config/decode.ts"
import { exportIni } from "../../src/config/exportIni.ts"
import { exportTypescript } from "../../src/config/exportTypescript.ts"
import { sealInstance } from "../../src/config/sealInstance.ts"
import type { Definition, ListenerSettings, LogSink } from "../../src/domain/Definition.ts"
import type { Group, Program } from "../../src/domain/Desired.ts"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import type { ListeningSocket } from "../../src/domain/ListeningSocket.ts"
import { evaluateCode } from "./evaluateCode.ts"
import { load, main, program } from "./iniMachine.ts"
import { iniPolicy } from "./machine.ts"
import { beyondIni } from "./specOf.ts"

/** The same cases at every run. */
const random = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
type Random = ReturnType<typeof random>

const oneOf = <A>(next: Random, choices: ReadonlyArray<A>): A => {
  const chosen = choices[next(choices.length)]
  if (chosen === undefined) throw new Error("nothing to choose from")
  return chosen
}

const atoms = [
  ..."ab/=:;#[]%$~.,`",
  " ",
  " ;",
  " #",
  "\n",
  "\t",
  "  ",
  "\n\n",
  `\${x}`,
  "%(here)s",
  "true",
  "é",
  "\u2028",
  "\\",
  "long words in a row that go on and on "
]
const text = (next: Random, most: number): string =>
  Array.from({ length: next(most + 1) }, () => oneOf(next, atoms)).join("")

const sink = (next: Random, number: string): LogSink => ({
  file: oneOf(next, ["auto", "none", { path: `/tmp/%a ;${number}.log` }, { path: "/tmp/b" }]),
  maxBytes: oneOf(next, [50 * 1024 ** 2, 0, 1024, 1000, 3 * 1024 ** 3]),
  backups: oneOf(next, [10, 0, 2]),
  syslog: next(3) === 0,
  stripAnsi: false,
  captureMaxBytes: oneOf(next, [0, 0, 1000, 1024 ** 2]),
  events: next(4) === 0
})

const sockets: ReadonlyArray<ListeningSocket> = [
  { kind: "unix", path: "/run/%a b.sock", owner: null, mode: 0o700, backlog: null },
  { kind: "unix", path: "/run/f.sock", owner: "nobody:nogroup", mode: 0o660, backlog: 5 },
  { kind: "tcp", host: "localhost", port: 9000, backlog: null },
  { kind: "tcp", host: "127.0.0.1", port: 65_535, backlog: 100 }
]

/** A listener's output is its protocol, and nothing else is made of it. */
const asListener = (definition: Definition, settings: ListenerSettings): Definition => {
  const { stderr, stdout } = definition.logs
  const quiet = { ...stdout, syslog: false, captureMaxBytes: 0, events: false }
  const logs = { stdout: quiet, stderr: stderr === "stdout" ? stdout : stderr }
  return { ...definition, logs, listener: settings }
}

/** Makes another kind of some of the programs; a listener is in no declared group. */
const ofSomeKind = (
  next: Random,
  definitions: ReadonlyArray<Definition>,
  grouped: boolean
): ReadonlyArray<Definition> => {
  const kind = next(5)
  const fastCgi = oneOf(next, sockets)
  const settings = {
    events: oneOf(next, [["EVENT"], ["TICK_5", "PROCESS_STATE"]]),
    bufferSize: oneOf(next, [10, 1, 500])
  }
  if (kind === 0) {
    return definitions.map((definition) => ({ ...definition, stdin: "null", fastCgi }))
  }
  if (kind > 1 || grouped) return definitions
  return definitions.map((definition) => asListener(definition, settings))
}

interface Instances {
  readonly count: number
  readonly start: number
  readonly width: number
}

const definitions = (next: Random, instances: Instances): ReadonlyArray<Definition> => {
  // A command that cannot be split is an error in TypeScript, where it is checked at once.
  const words = (most: number) => text(next, most).replaceAll("\\", "")
  const command = [`/bin/x ${words(6)}`, words(3)] as const
  const environment = Array.from({ length: next(4) }, (_, position) => {
    const name = oneOf(next, ["A", "B-1", "__proto__", "x/y", `V${position}`])
    const quotes = oneOf(next, ["", "'", '"', "'", '"', "", "", "", `'"`])
    return [name, `v ${text(next, 5)}${quotes}e`, next(2) === 0] as const
  })
  const seed = next(1 << 30)
  const numbered = next(2) === 0
  return Array.from({ length: instances.count }, (_, position) => {
    const index = instances.start + position
    const number = numbered ? String(index).padStart(instances.width, "0") : ""
    // All instances are made with the same choices.
    const again = random(seed)
    return {
      description: null,
      command: `${command[0]}${number}${command[1]}`,
      directory: oneOf(again, [null, `/d ${number}`, "/tmp"]),
      environment: Object.fromEntries(
        environment.map(([name, value, varies]) => [name, varies ? value + number : value])
      ),
      envFile: [],
      inheritEnvironment: "all",
      showEnvironment: [],
      user: oneOf(again, [null, "nobody"]),
      userEnvironment: false,
      ...beyondIni,
      umask: oneOf(again, [null, 0o022, 0]),
      priority: oneOf(again, [999, 1, -5]),
      stdin: "pipe",
      start: {
        auto: again(2) === 0,
        stableAfterMs: oneOf(again, [1000, 0, 90_000]),
        retries: oneOf(again, [3, 0, 100])
      },
      restart: {
        ...iniPolicy.restart,
        when: oneOf(again, ["always", "unexpected", "never"]),
        expectedExitCodes: oneOf(again, [[0], [], [0, 2]])
      },
      stop: {
        signal: oneOf(again, ["TERM", "USR1", "0", "RTMIN"]),
        timeoutMs: oneOf(again, [10_000, 0]),
        group: oneOf(again, ["no", "kill", "all"]),
        command: null
      },
      logs: {
        stdout: sink(again, number),
        stderr: oneOf(again, ["stdout", sink(again, number)] as const)
      },
      limits: {
        openFiles: null,
        processes: null,
        coreSize: null,
        fileSize: null,
        addressSpace: null,
        stack: null,
        lockedMemory: null,
        cpu: null,
        nice: null,
        oomScoreAdjust: null,
        memory: null,
        memoryGraceMs: 10_000,
        memoryMax: null,
        cpus: null,
        tasks: null
      },
      listener: null,
      fastCgi: null
    }
  })
}

interface State {
  readonly programs: ReadonlyArray<Program>
  readonly groups: ReadonlyArray<Group>
}

const source = { file: "/x.ts", line: 1, column: 1 }

const makeProgram = (next: Random, name: string, group: Group | null): Program => {
  const count = oneOf(next, [1, 1, 2, 3, 12])
  const instances = { count, start: oneOf(next, [0, 0, 1, 9]), width: oneOf(next, [1, 2, 3]) }
  const all = ofSomeKind(next, definitions(next, instances), group !== null)
  const [first] = all
  // A pool without a priority of its own comes first.
  const pool = first?.listener !== null && first?.priority === 999 && next(2) === 0
  const priority = group?.priority ?? (pool ? -1 : (first?.priority ?? 999))
  const single = oneOf(next, [name, `${name}_p%`])
  return {
    name,
    group: group?.name ?? name,
    origin: "ini",
    source,
    instances: all.map((definition, position) => {
      const index = instances.start + position
      const number = String(index).padStart(instances.width, "0")
      return sealInstance({
        name: count === 1 ? single : `${name}-${number}`,
        group: group?.name ?? name,
        groupPriority: priority,
        program: name,
        index,
        origin: "ini",
        source,
        protect: false,
        renamedFrom: null,
        definition
      })
    })
  }
}

const makeState = (seed: number): State => {
  const next = random(seed)
  const listed = ["a", "b%", "c.d"].slice(next(3))
  const group: Group = {
    name: "g",
    priority: oneOf(next, [999, 5]),
    declared: true,
    programs: listed
  }
  const grouped = listed.map((name) => makeProgram(next, name, group))
  const alone = ["web", "__proto__", "1"]
    .slice(next(3))
    .map((name) => makeProgram(next, name, null))
  const own = alone.map(({ instances, name }) => ({
    name,
    priority: instances[0]?.groupPriority ?? 999,
    declared: false,
    programs: [name]
  }))
  return { programs: [...grouped, ...alone], groups: [group, ...own] }
}

const byAddress = (programs: ReadonlyArray<Program>) =>
  Object.fromEntries(
    programs
      .flatMap(({ instances }) => instances)
      .map(({ address, definition, groupPriority, index, program: name }: InstanceSpec) => [
        `address ${address}`,
        { definition: { ...definition }, groupPriority, index, name }
      ])
  )

const groupsOf = (groups: ReadonlyArray<Group>) =>
  groups
    .map(({ name, programs, priority, declared }) => ({ name, programs, priority, declared }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

const seeds = Array.from({ length: 200 }, (_, seed) => seed)

describe("export to ini", () => {
  it.effect("reads back as the same definitions and addresses", () =>
    Effect.gen(function* () {
      let compared = 0
      for (const seed of seeds) {
        const state = makeState(seed)
        const { text: written, warnings } = exportIni(state)
        const lost = warnings.filter(({ message }) => message.includes("its quotes"))
        assert.deepEqual(warnings, lost, `seed ${seed}`)
        if (lost.length > 0) continue
        const found = yield* load({ files: { [main]: written } }).pipe(
          Effect.mapError(
            (failure) => new Error(`seed ${seed}: ${JSON.stringify(failure.problems)}\n${written}`)
          )
        )
        assert.deepEqual(
          byAddress(found.programs),
          byAddress(state.programs),
          `seed ${seed}\n${written}`
        )
        assert.deepEqual(groupsOf(found.groups), groupsOf(state.groups), `seed ${seed}`)
        const again = exportIni(found)
        assert.deepEqual(again.warnings, [])
        compared += 1
      }
      assert.isAbove(compared, 100)
    })
  )

  it("says what ini cannot express, at the program", () => {
    const state = makeState(1)
    const [first] = state.programs
    const [instance] = first?.instances ?? []
    if (first === undefined || instance === undefined) throw new Error("no program")
    const own = instance.definition
    const definition = {
      ...own,
      stdin: "null",
      envFile: ["/e"],
      limits: {
        ...instance.definition.limits,
        coreSize: 0,
        nice: 0,
        oomScoreAdjust: 5,
        memory: 2 ** 30
      }
    } as const
    const changed = { ...first, instances: [sealInstance({ ...instance, definition })] }
    const { warnings } = exportIni({ programs: [changed], groups: state.groups })
    assert.deepEqual(
      warnings.map(({ message, file, line }) => [message, file, line]),
      [
        [`${first.name}: ini cannot express envFile`, "/x.ts", 1],
        [`${first.name}: ini cannot express stdin (ini programs have a pipe)`, "/x.ts", 1],
        [`${first.name}: ini cannot express limits.coreSize`, "/x.ts", 1],
        [`${first.name}: ini cannot express limits.nice`, "/x.ts", 1],
        [`${first.name}: ini cannot express limits.oomScoreAdjust`, "/x.ts", 1],
        [`${first.name}: ini cannot express limits.memory`, "/x.ts", 1]
      ]
    )
  })
})

describe("import to TypeScript", () => {
  it("evaluates to the same definitions and addresses, in lines of 100 characters", () => {
    for (const seed of seeds) {
      const state = makeState(seed)
      const code = exportTypescript(state.programs, state.groups)
      const { groups, issues, programs } = decode({
        objects: evaluateCode(code),
        faults: [],
        inputs: [],
        barren: []
      })
      assert.deepEqual(issues, [], `seed ${seed}\n${code}`)
      assert.deepEqual(byAddress(programs), byAddress(state.programs), `seed ${seed}\n${code}`)
      assert.deepEqual(groupsOf(groups), groupsOf(state.groups), `seed ${seed}`)
      const widest = Math.max(...code.split("\n").map((line) => [...line].length))
      assert.isAtMost(widest, 100, `seed ${seed}\n${code}`)
    }
  })

  it.effect("is what a person would write", () =>
    Effect.gen(function* () {
      const lines = [
        "numprocs=2",
        "process_name=%(program_name)s_%(process_num)02d",
        "command=/usr/bin/worker --port 80%(process_num)02d --queue mail,billing --verbose --log-level debug",
        "startsecs=5",
        "user=nobody",
        'environment=QUEUE="q%(process_num)d"',
        "redirect_stderr=true",
        "stdout_logfile=/tmp/worker.log"
      ]
      const found = yield* load({
        files: { [main]: `${program(...lines)}[group:jobs]\nprograms=a\npriority=5\n` }
      })
      assert.strictEqual(
        exportTypescript(found.programs, found.groups),
        `import { defineGroup, defineProgram, instance, supervisordDefaults } from "reeve"

export const a = defineProgram({
  ...supervisordDefaults,
  name: "a",
  instances: 2,
  instanceNames: \`a_\${instance.padded(2)}\`,
  command:
    \`/usr/bin/worker --port \${instance.port(8000)} --queue mail,billing --verbose --log-level \` +
    "debug",
  environment: { QUEUE: \`q\${instance.index}\` },
  user: "nobody",
  start: { ...supervisordDefaults.start, stableAfter: "5 seconds" },
  logs: { stdout: { file: "/tmp/worker.log" }, stderr: "stdout" }
})

export const jobsGroup = defineGroup({ name: "jobs", programs: ["a"], priority: 5 })
`
      )
    })
  )
})
