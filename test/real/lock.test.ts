import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { PathOptions } from "../../src/os/findPaths.ts"
import { acquireLock, lockHolder, lockPath, takeLock } from "../../src/os/Lock.ts"
import * as libc from "../../src/os/libc.ts"
import { makePaths, resolvePaths } from "../../src/os/Paths.ts"
import { prepareSocket, probeSocket } from "../../src/os/Sockets.ts"
import { waitFor } from "./reeve.ts"
import { workspace } from "./runProgram.ts"
import { isAlive, Site } from "./site.ts"

const isRoot = process.geteuid?.() === 0
const uid = process.geteuid?.() ?? 0
const space = workspace()
const spawned: Array<ChildProcess> = []
const orphans: Array<number> = []
afterAll(() => {
  for (const pid of orphans) libc.kill(pid, 9)
  for (const child of spawned) child.kill("SIGKILL")
  space.remove()
})
const pidOf = (child: ChildProcess): number => child.pid ?? assert.fail("not started")
const told = ({ stdout }: ChildProcess) =>
  stdout === null ? assert.fail("no output") : once(stdout, "data")
const lockedDaemon = fileURLToPath(new URL("../fixtures/lockedDaemon.ts", import.meta.url))
const keeperOf = fileURLToPath(new URL("../fixtures/lockKeeper.mjs", import.meta.url))
const folder = (name: string, mode = 0o755) => {
  const path = join(space.path, name)
  fs.mkdirSync(path, { recursive: true })
  fs.chmodSync(path, mode)
  return path
}

describe("Lock", () => {
  it.live("is held until the scope closes, and names its holder", () =>
    Effect.gen(function* () {
      const state = folder("lock-a")
      assert.strictEqual(lockHolder(state), "free")
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* acquireLock(state, 4242)
          assert.deepInclude(lockHolder(state), { keeper: 4242, daemon: process.pid })
          const refused = yield* Effect.flip(Effect.scoped(acquireLock(state)))
          assert.deepInclude(refused, { _tag: "LockHeld", holderPid: 4242 })
        })
      )
      assert.strictEqual(lockHolder(state), "free")
      yield* Effect.scoped(acquireLock(state))
    })
  )

  it.live("is dropped by the kernel when its holder is killed", () =>
    Effect.gen(function* () {
      const state = folder("lock-b")
      const script = 'exec 9>>"$0"; flock 9; echo; exec sleep 1000'
      const child = spawn("/bin/sh", ["-c", script, lockPath(state)])
      spawned.push(child)
      yield* Effect.promise(() => once(child.stdout, "data"))
      const unsigned = { keeper: null, daemon: null, orphaned: false }
      assert.deepStrictEqual(lockHolder(state), unsigned)
      const refused = yield* Effect.flip(Effect.scoped(acquireLock(state)))
      assert.strictEqual(refused._tag, "LockHeld")
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      yield* Effect.promise(() => ended)
      yield* Effect.scoped(acquireLock(state))
    })
  )

  it.live("is inherited: the keeper's and the daemon's together, until both are dead", () =>
    Effect.gen(function* () {
      const state = folder("lock-c")
      const fd = yield* takeLock(state)
      assert.deepInclude(lockHolder(state), { keeper: process.pid, daemon: null, orphaned: false })
      const stdio = ["ignore", "pipe", "inherit", "ignore", fd] as const
      const keeper = spawn(process.execPath, [keeperOf, lockedDaemon, state], { stdio: [...stdio] })
      spawned.push(keeper)
      fs.closeSync(fd)
      const [line] = yield* Effect.promise(() => told(keeper))
      const daemon = Number(line)
      orphans.push(daemon)
      assert.deepStrictEqual(lockHolder(state), {
        keeper: pidOf(keeper),
        daemon,
        orphaned: false
      })
      const refused = yield* Effect.flip(takeLock(state))
      assert.deepInclude(refused, { _tag: "LockHeld", holderPid: pidOf(keeper) })
      const ended = once(keeper, "exit")
      keeper.kill("SIGKILL")
      yield* Effect.promise(() => ended)
      assert.deepInclude(lockHolder(state), { keeper: pidOf(keeper), daemon, orphaned: true })
      // What it starts, by whatever means, has nothing of it.
      process.kill(daemon, "SIGUSR2")
      yield* Effect.promise(() => waitFor("it to end", () => lockHolder(state) === "free"))
    })
  )

  it.live("that was handed on for another directory is not taken for this one's", () =>
    Effect.gen(function* () {
      const fd = yield* takeLock(folder("lock-d"))
      const other = folder("lock-e")
      const stdio = ["ignore", "pipe", "inherit", "ignore", fd] as const
      const alone = spawn(process.execPath, [lockedDaemon, other], { stdio: [...stdio] })
      spawned.push(alone)
      fs.closeSync(fd)
      yield* Effect.promise(() => told(alone))
      assert.deepInclude(lockHolder(other), { keeper: process.pid, daemon: pidOf(alone) })
    })
  )

  it.live("says why the file cannot be had", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Effect.scoped(acquireLock(join(space.path, "nope"))))
      assert.deepInclude(failure, { _tag: "LockFailure", errno: "ENOENT" })
    })
  )
})

describe("reeve up", () => {
  let site: Site | undefined
  afterEach(() => site?.clear())

  it.live("is one of two that come at the same moment; the other says so and exits 5", () =>
    Effect.gen(function* () {
      site = new Site({})
      const both = [site.start("up"), site.start("up", "-d")]
      const first = yield* Effect.promise(() => Promise.race(both.map(({ ended }) => ended)))
      assert.strictEqual(first, 5)
      const text = /^reeve: Another reeve \(pid \d+\) already runs on .*\n/
      yield* Effect.promise(() =>
        waitFor("the sentence", () => both.some(({ collected }) => text.test(collected.err)))
      )
    })
  )

  it.live("is still held by a daemon whose keeper is dead, which is seen", () =>
    Effect.gen(function* () {
      site = new Site({})
      assert.strictEqual(site.run("up", "-d").code, 0)
      const { daemon, keeper } = yield* Effect.promise(site.info.bind(site))
      const state = join(site.directory, ".reeve")
      const ours = { keeper: keeper?.pid ?? 0, daemon: daemon.pid }
      assert.deepStrictEqual(lockHolder(state), { ...ours, orphaned: false })
      libc.kill(ours.keeper, 9)
      yield* Effect.promise(() => waitFor("its end", () => !isAlive(ours.keeper)))
      // Its threads may outlive the keeper's first one for a moment, and are the daemon's parents till then.
      const isSeen = () => {
        const holder = lockHolder(state)
        return holder !== "free" && holder.orphaned
      }
      yield* Effect.promise(() => waitFor("the daemon to be seen as orphaned", isSeen))
      libc.kill(daemon.pid, 9)
      yield* Effect.promise(() => waitFor("it to be free", () => lockHolder(state) === "free"))
    })
  )
})

describe("Sockets", () => {
  const listen = (path: string) =>
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer().listen(path, () => resume(Effect.succeed(server)))
    })

  it.live("publishes a private socket, refuses one in use, and replaces a stale one", () =>
    Effect.gen(function* () {
      const path = join(folder("socket"), "reeve.sock")
      assert.strictEqual(yield* probeSocket(path), "free")
      const first = yield* prepareSocket(path)
      const server = yield* listen(first.listenOn)
      assert.isFalse(fs.existsSync(path))
      yield* first.publish({ mode: 0o600, owner: null })
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.deepStrictEqual(fs.readdirSync(join(space.path, "socket")), ["reeve.sock"])
      assert.strictEqual(yield* probeSocket(path), "answers")
      const refused = yield* Effect.flip(prepareSocket(path))
      assert.strictEqual(refused.message, `another process is listening on ${path}`)
      yield* Effect.promise(() => new Promise((resolve) => server.close(resolve)))
      assert.strictEqual(yield* probeSocket(path), "stale")
      const second = yield* prepareSocket(path)
      const again = yield* listen(second.listenOn)
      yield* second.publish({ mode: 0o600, owner: null })
      yield* first.remove
      assert.strictEqual(yield* probeSocket(path), "answers")
      yield* Effect.promise(() => new Promise((resolve) => again.close(resolve)))
      yield* second.remove
      assert.deepStrictEqual(fs.readdirSync(join(space.path, "socket")), [])
    })
  )

  it.live("touches nothing that is not a socket, and knows the longest path", () =>
    Effect.gen(function* () {
      const path = join(folder("other"), "file")
      fs.writeFileSync(path, "kept")
      const refused = yield* Effect.flip(prepareSocket(path))
      assert.include(refused.message, "is not a socket")
      assert.strictEqual(fs.readFileSync(path, "utf8"), "kept")
      const long = yield* Effect.flip(prepareSocket(`/tmp/${"x".repeat(103)}`))
      assert.strictEqual(long.reason, "ENAMETOOLONG")
    })
  )
})

describe("Paths", () => {
  const options = (parts: Partial<PathOptions>): PathOptions => ({
    stateDirectory: null,
    socket: null,
    directory: "/",
    environment: new Map([["HOME", "/home/x"]]),
    uid: 1000,
    entries: null,
    ...parts
  })

  it.live("takes the directory that was named", () =>
    Effect.gen(function* () {
      const paths = yield* resolvePaths(options({ stateDirectory: "s", directory: "/nope" }))
      assert.deepStrictEqual(paths, {
        stateDirectory: "/nope/s",
        runtimeDirectory: "/nope/s/run",
        logDirectory: "/nope/s/logs",
        socket: "/nope/s/run/reeve.sock"
      })
      const named = yield* resolvePaths(options({ stateDirectory: "/s", socket: "/x.sock" }))
      assert.strictEqual(named.socket, "/x.sock")
      const environment = new Map([["REEVE_SOCKET", "/y.sock"]])
      const told = yield* resolvePaths(options({ stateDirectory: "/s", environment }))
      assert.strictEqual(told.socket, "/y.sock")
      const deep = `/${"d".repeat(120)}`
      const short = yield* resolvePaths(options({ stateDirectory: deep }))
      assert.match(short.socket, /^\/tmp\/reeve-1000\/[0-9a-f]{16}\.sock$/)
    })
  )

  it.live("falls back to the user's directories, and to the system's as root", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* resolvePaths(options({ uid: 0 })), {
        stateDirectory: "/var/lib/reeve",
        runtimeDirectory: "/run/reeve",
        logDirectory: "/var/log/reeve",
        socket: "/run/reeve/reeve.sock"
      })
      const environment = new Map([
        ["HOME", "/home/x"],
        ["XDG_RUNTIME_DIR", "/run/user/1000"]
      ])
      assert.deepStrictEqual(yield* resolvePaths(options({ environment })), {
        stateDirectory: "/home/x/.local/state/reeve",
        runtimeDirectory: "/run/user/1000/reeve",
        logDirectory: "/home/x/.local/state/reeve/logs",
        socket: "/run/user/1000/reeve/reeve.sock"
      })
    })
  )

  it.live("finds .reeve upwards as a user, and as root only where it stands", () =>
    Effect.gen(function* () {
      const project = folder("project")
      const below = folder("project/a/b")
      folder("project/.reeve", 0o700)
      const owner = isRoot ? 65534 : uid
      const own = (path: string) => isRoot && fs.chownSync(path, owner, owner)
      own(project)
      own(join(project, ".reeve"))
      own(space.path)
      const asUser = yield* resolvePaths(options({ directory: below, uid: owner }))
      assert.strictEqual(asUser.stateDirectory, join(project, ".reeve"))
      const asRoot = yield* resolvePaths(options({ directory: below, uid: 0 }))
      assert.strictEqual(asRoot.stateDirectory, "/var/lib/reeve")
      if (!isRoot) return
      const foreign = yield* Effect.flip(resolvePaths(options({ directory: project, uid: 0 })))
      assert.include(foreign.message, "belongs to uid 65534")
      fs.chmodSync(project, 0o777)
      const open = yield* Effect.flip(resolvePaths(options({ directory: below, uid: owner })))
      assert.include(open.message, `lies below ${project}, which others can write`)
      fs.chmodSync(project, 0o755)
      fs.chmodSync(join(project, ".reeve"), 0o777)
      const loose = yield* Effect.flip(resolvePaths(options({ directory: below, uid: owner })))
      assert.include(loose.message, "is writable by others")
    })
  )

  it.live("makes .reeve beside the entries, private, with a .gitignore", () =>
    Effect.gen(function* () {
      const project = folder("fresh")
      fs.chownSync(space.path, uid, process.getegid?.() ?? 0)
      const paths = yield* resolvePaths(
        options({ directory: project, entries: join(project, "programs"), uid })
      )
      assert.strictEqual(paths.stateDirectory, join(project, ".reeve"))
      yield* makePaths(paths)
      yield* makePaths(paths)
      assert.strictEqual(fs.statSync(paths.stateDirectory).mode & 0o777, 0o700)
      assert.strictEqual(fs.readFileSync(join(paths.stateDirectory, ".gitignore"), "utf8"), "*\n")
      const again = yield* resolvePaths(options({ directory: project, uid }))
      assert.strictEqual(again.stateDirectory, paths.stateDirectory)
    })
  )
})
