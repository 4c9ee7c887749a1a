import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Host } from "../../src/os/Host.ts"
import { HostLive } from "../../src/os/HostLive.ts"
import { startEnvironment } from "../../src/os/startEnvironment.ts"
import { Users } from "../../src/os/Users.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"

describe("Users", () => {
  it.live("finds users by name and by number, with the groups that id(1) tells", () =>
    Effect.gen(function* () {
      const users = yield* Users
      const names = execFileSync("getent", ["passwd"], { encoding: "utf8" })
        .trim()
        .split("\n")
        .map((line) => line.split(":"))
      for (const [name = "", , uid = "", gid = "", , home = "", shell = ""] of names) {
        const user = yield* users.find(name)
        if (user === null) return assert.fail(`${name} was not found`)
        assert.deepStrictEqual(user, { name, uid: Number(uid), gid: Number(gid), home, shell })
        assert.deepStrictEqual(yield* users.find(uid), user)
        const groups = execFileSync("id", ["-G", name], { encoding: "utf8" })
        assert.deepStrictEqual(
          [...(yield* users.groupsOf(user))].sort(),
          groups.trim().split(" ").map(Number).sort()
        )
      }
    }).pipe(Effect.provide(UsersLive))
  )

  it.live("says that a user or group is unknown, whatever the name looks like", () =>
    Effect.gen(function* () {
      const users = yield* Users
      for (const name of [
        "nosuchuser",
        "4000000000",
        "",
        "root:x",
        "--help",
        "__proto__",
        "root\n"
      ]) {
        assert.isNull(yield* users.find(name), name)
        assert.isNull(yield* users.groupId(name), name)
      }
      assert.strictEqual(yield* users.groupId("root"), 0)
      assert.strictEqual(yield* users.groupId("0"), 0)
      assert.strictEqual(users.effectiveUid, process.geteuid?.())
    }).pipe(Effect.provide(UsersLive))
  )
})

describe("Host", () => {
  it.live("tells the umask without changing it", () =>
    Effect.gen(function* () {
      const host = yield* Host
      const shown = execFileSync("/bin/sh", ["-c", "umask"], { encoding: "utf8" })
      assert.strictEqual(host.umask, Number.parseInt(shown, 8))
      assert.strictEqual(host.pid, process.pid)
    }).pipe(Effect.provide(HostLive))
  )

  it("leaves out what npm and reeve's own processes add to the environment", () => {
    const environment = startEnvironment({
      HOME: "/home/x",
      EMPTY: "",
      REEVE_START_OPEN_FILES: "1024",
      npm_lifecycle_event: "start",
      npm_config_cache: "/x",
      npm_node_execpath: "/usr/bin/node",
      NODE: "/usr/bin/node",
      INIT_CWD: "/x",
      PATH: "/x/node_modules/.bin:/node_modules/.bin:/usr/lib/npm/node-gyp-bin:/usr/bin:/bin"
    })
    assert.deepStrictEqual(
      [...environment],
      [
        ["HOME", "/home/x"],
        ["EMPTY", ""],
        ["PATH", "/usr/bin:/bin"]
      ]
    )
    const plain = { NODE: "x", PATH: "/x/node_modules/.bin" }
    assert.deepStrictEqual([...startEnvironment(plain)], Object.entries(plain))
  })
})
