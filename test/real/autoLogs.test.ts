import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe } from "vitest"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import { EventsLive } from "../../src/events/EventsLive.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import { FifoLive } from "../../src/os/FifoLive.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { HookRunnerLive } from "../../src/os/HookRunnerLive.ts"
import { HostLive } from "../../src/os/HostLive.ts"
import { ListenSocketsLive } from "../../src/os/ListenSocketsLive.ts"
import { NoKeeper } from "../../src/os/noKeeper.ts"
import { NoticesLive } from "../../src/os/notices/NoticesLive.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"
import { ReaperLive } from "../../src/os/ReaperLive.ts"
import { SpawnerLive } from "../../src/os/SpawnerLive.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { LauncherLive } from "../../src/supervise/LauncherLive.ts"
import { ProberLive } from "../../src/supervise/ProberLive.ts"
import { ProgramSocketsLive } from "../../src/supervise/ProgramSocketsLive.ts"
import { Supervisor } from "../../src/supervise/Supervisor.ts"
import { supervisorLive } from "../../src/supervise/SupervisorLive.ts"
import { definitionOf, specOf } from "../core/specOf.ts"
import { eventually, temporaryDirectory } from "../fixtures/logs/bench.ts"

/** A supervisor in supervisord mode over `directory`, until the effect ends. */
const supervised = <A, E>(
  directory: string,
  seed: string,
  work: Effect.Effect<A, E, Supervisor>
): Effect.Effect<A, E> => {
  const os = Layer.mergeAll(
    FilesLive,
    UsersLive,
    ProcLive,
    HostLive,
    HookRunnerLive,
    SpawnerLive,
    Layer.provide(ReaperLive, NoKeeper),
    ListenSocketsLive,
    NoKeeper,
    Layer.provide(NoticesLive({ directory: join(directory, "notify") }), NoKeeper),
    FifoLive({ directory })
  )
  const layer = supervisorLive({
    logDirectory: directory,
    serverUrl: null,
    autoLogs: { identifier: "supervisor", seed }
  }).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.provideMerge(ProberLive, LauncherLive),
        EventsLive,
        LogPlaneLive,
        ProgramSocketsLive
      )
    ),
    Layer.provideMerge(
      storeLive({ stateFile: join(directory, "state.db"), runtimeFile: join(directory, "run.db") })
    ),
    Layer.provideMerge(os)
  )
  const stopped = Effect.gen(function* () {
    const supervisor = yield* Supervisor
    return yield* Effect.ensuring(work, supervisor.shutdown)
  })
  return Effect.orDie(Effect.provide(Effect.result(stopped), layer)).pipe(
    Effect.flatMap(Effect.fromResult)
  )
}

const { stdout } = definitionOf().logs
const program = (name: string, command: string): InstanceSpec =>
  specOf(
    { name, group: "shop", program: name },
    {
      command: ["/bin/sh", "-c", command],
      logs: { stdout: { ...stdout, file: "auto" }, stderr: { ...stdout, file: "auto" } }
    }
  )

const origin = { kind: "operator", who: "test" } as const
const logs = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".log"))
    .sort()

describe("logs with supervisord's names", () => {
  it.live("exist when the process is known, are private, and take its output", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const spec = program("web", "echo out; echo err >&2; exec sleep 60")
      yield* supervised(
        directory,
        "one",
        Effect.gen(function* () {
          const supervisor = yield* Supervisor
          yield* supervisor.add(spec)
          const [stderr = "", stdout = ""] = logs(directory)
          assert.match(stdout, /^web-stdout---supervisor-[a-z0-9_]{8}\.log$/)
          assert.match(stderr, /^web-stderr---supervisor-[a-z0-9_]{8}\.log$/)
          assert.strictEqual(statSync(join(directory, stdout)).mode & 0o777, 0o600)
          assert.strictEqual(supervisor.logPath(spec, "stdout"), join(directory, stdout))
          yield* supervisor.start(spec.key, origin, true)
          yield* eventually(
            "both are written",
            () =>
              readFileSync(join(directory, stdout), "utf8") === "out\n" &&
              readFileSync(join(directory, stderr), "utf8") === "err\n"
          )
          assert.deepStrictEqual(logs(directory), [stderr, stdout])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("are others after a removal, and the old ones stay", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const spec = program("web", "exec sleep 60")
      yield* supervised(
        directory,
        "one",
        Effect.gen(function* () {
          const supervisor = yield* Supervisor
          yield* supervisor.add(spec)
          const first = logs(directory)
          yield* supervisor.remove(spec.key, origin)
          yield* supervisor.add(spec)
          assert.strictEqual(logs(directory).length, 4)
          assert.notInclude(first, supervisor.logPath(spec, "stdout")?.split("/").at(-1))
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("go on after a crash of the daemon, and begin anew with the next start", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const spec = program("web", "exec sleep 60")
      const run = (seed: string, removals: number) =>
        supervised(
          directory,
          seed,
          Effect.gen(function* () {
            const supervisor = yield* Supervisor
            yield* supervisor.add(spec)
            for (let n = 0; n < removals; n++) {
              yield* supervisor.remove(spec.key, origin)
              yield* supervisor.add(spec)
            }
            return supervisor.logPath(spec, "stdout")
          })
        )
      const last = yield* run("one", 2)
      assert.strictEqual(yield* run("one", 0), last)
      assert.notStrictEqual(yield* run("two", 0), last)
    }).pipe(Effect.scoped)
  )
})
