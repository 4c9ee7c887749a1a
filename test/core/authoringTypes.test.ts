import type { Duration } from "effect/Duration"
import * as DurationModule from "effect/Duration"
import {
  type ByteSizeText,
  type Defined,
  type DurationText,
  defineFastCgi,
  defineGroup,
  defineListener,
  defineProgram,
  defineTask,
  exponential,
  type FastCgiInput,
  type GroupInput,
  http,
  type InstanceMarker,
  instance,
  type ListenerInput,
  type ProgramInput,
  type SignalName,
  type SupervisorInput,
  secret,
  type TaskInput
} from "reeve"
import { assert, describe, it } from "vitest"
import { explainedFields } from "../../src/core/explainedFields.ts"
import type { FastCgiChecked } from "../../src/domain/authoring/FastCgiSchema.ts"
import type { GroupChecked } from "../../src/domain/authoring/GroupSchema.ts"
import type { ListenerChecked } from "../../src/domain/authoring/ListenerSchema.ts"
import type { ProgramChecked } from "../../src/domain/authoring/ProgramSchema.ts"
import type { SupervisorChecked } from "../../src/domain/authoring/SupervisorSchema.ts"
import type { TaskChecked } from "../../src/domain/authoring/TaskSchema.ts"
import { commentOf, commentsOf, interfaces } from "./fieldDoc.ts"

/** What is left of an author's value after its way through the evaluation child. */
type Crossed<T> = T extends InstanceMarker | Duration | Defined
  ? string
  : T extends DurationText | ByteSizeText | SignalName | `SIG${SignalName}` | `${number}`
    ? string
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends ReadonlyArray<infer Member>
        ? ReadonlyArray<Crossed<Member>>
        : { readonly [Key in keyof T]: Crossed<T[Key]> }

/** Fields of a program that other kinds have in a narrower form; the schema of the program documents them. */
const isNarrowed = (path: string, member: string): boolean =>
  ["task.", "listener.", "fastCgi."].includes(path) &&
  ["logs", "perInstance", "start"].includes(member)

const accepts = <_To, _From extends _To>(): void => undefined

describe("the types of authors", () => {
  it("are what the schemas decode, both ways", () => {
    accepts<ProgramChecked, Crossed<ProgramInput>>()
    accepts<Crossed<ProgramInput>, ProgramChecked>()
    accepts<ListenerChecked, Crossed<ListenerInput>>()
    accepts<Crossed<ListenerInput>, ListenerChecked>()
    accepts<FastCgiChecked, Crossed<FastCgiInput>>()
    accepts<Crossed<TaskInput>, TaskChecked>()
    accepts<GroupChecked, Crossed<GroupInput>>()
    accepts<Crossed<GroupInput>, GroupChecked>()
    accepts<SupervisorChecked, Crossed<SupervisorInput>>()
    accepts<Crossed<SupervisorInput>, SupervisorChecked>()
  })

  it("take durations with a unit, Effect durations, markers, secrets and defined programs", () => {
    const seconds: number = 5
    const web = defineProgram({
      command: ["serve", instance.port(8000)],
      environment: { ID: instance.index, KEY: secret.env("KEY") },
      start: { stableAfter: DurationModule.seconds(2) },
      stop: { signal: "RTMIN+1", timeout: `${seconds} seconds` },
      restart: { backoff: exponential("1h30m") },
      logs: { stdout: { maxSize: "1.5GB" } }
    })
    assert.strictEqual(defineGroup({ programs: [web, "other"] }).input.programs.length, 2)
  })

  it("refuse bare numbers, unknown fields, and values outside a union", () => {
    const wrong: ReadonlyArray<ProgramInput> = [
      // @ts-expect-error a bare number is no duration
      { command: "a", stop: { timeout: 10 } },
      // @ts-expect-error a number in quotes has no unit either
      { command: "a", stop: { timeout: "10" } },
      // @ts-expect-error there is no such field
      { command: "a", autostart: true },
      // @ts-expect-error there is no such signal
      { command: "a", stop: { signal: "TREM" } },
      // @ts-expect-error a command is needed
      { name: "a" }
    ]
    assert.strictEqual(wrong.length, 5)
  })

  it("refuse in listeners and FastCGI programs what has no place there", () => {
    const listeners: ReadonlyArray<ListenerInput> = [
      // @ts-expect-error there is no such event type
      { command: "a", events: ["TICK_61"] },
      // @ts-expect-error events are needed
      { command: "a" },
      // @ts-expect-error standard input brings the events
      { command: "a", events: ["TICK"], stdin: "null" },
      // @ts-expect-error standard output is the protocol
      { command: "a", events: ["TICK"], logs: { stderr: "stdout" } },
      // @ts-expect-error nothing is captured from the protocol
      { command: "a", events: ["TICK"], logs: { stdout: { capture: "1MB" } } }
    ]
    const workers: ReadonlyArray<FastCgiInput> = [
      // @ts-expect-error a socket is needed
      { command: "a" },
      // @ts-expect-error only a socket with a path has a mode
      { command: "a", socket: { host: "::1", port: 9000, mode: "0700" } },
      // @ts-expect-error standard input is the socket
      { command: "a", socket: { path: "/s" }, stdin: "pipe" }
    ]
    assert.strictEqual(listeners.length + workers.length, 8)
    const listener = defineListener({ command: "a", events: ["TICK"] })
    // @ts-expect-error a listener has a group to itself
    defineGroup({ programs: [listener] })
    const worker = defineFastCgi({ command: "a", socket: { path: `/run/${instance.index}` } })
    assert.strictEqual(defineGroup({ programs: [worker] }).input.programs.length, 1)
  })

  it("refuse in tasks what is for programs that run on", () => {
    const tasks: ReadonlyArray<TaskInput> = [
      // @ts-expect-error there is one of it
      { command: "a", instances: 2 },
      // @ts-expect-error nobody asks it whether it is ready
      { command: "a", ready: http("http://127.0.0.1/") },
      // @ts-expect-error how often it is run again is said by `retries`
      { command: "a", restart: { when: "never" } },
      // @ts-expect-error that too
      { command: "a", start: { retries: 3 } }
    ]
    assert.strictEqual(tasks.length, 4)
    const migrate = defineTask({ command: "a", backoff: exponential("1s"), once: true })
    assert.strictEqual(defineGroup({ programs: [migrate] }).input.programs.length, 1)
  })

  for (const [file, name, path] of interfaces) {
    it(`document each field of ${name} as the schema of ${path === "" ? "a program" : path} does`, () => {
      const comments = commentsOf(file, name)
      const members = [...comments.keys()].filter(
        (member) => member !== "kind" && !isNarrowed(path, member)
      )
      assert.isNotEmpty(members)
      for (const member of members) {
        const field = explainedFields().find((it) => it.path === `${path}${member}`)
        assert.strictEqual(comments.get(member), field && commentOf(field), `${name}.${member}`)
      }
    })
  }

  it("have an interface for every field", () => {
    const documented = new Set(
      interfaces.flatMap(([file, name, path]) =>
        [...commentsOf(file, name).keys()].map((member) => `${path}${member}`)
      )
    )
    // The functions themselves.
    for (const kind of ["task", "listener", "fastCgi"]) documented.add(kind)
    const missing = explainedFields().filter((field) => !documented.has(field.path))
    assert.deepEqual(
      missing.map((field) => field.path),
      []
    )
  })
})
