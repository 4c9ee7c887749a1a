import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { prepareSupervisordPaths, supervisordPaths } from "../../src/os/supervisordPaths.ts"

const file = "/etc/supervisor/supervisord.conf"
const of = (uid: number, environment: Readonly<Record<string, string>>, runUid = uid) => ({
  file,
  uid,
  runUid,
  environment
})

/** An id that nobody has here. */
const nobody = 4_000_000_000
const inTemporary = join(tmpdir(), `reeve-supervisord-${nobody}`)
const made: Array<string> = [inTemporary]
afterEach(() => {
  for (const path of made) fs.rmSync(path, { recursive: true, force: true })
})

describe("where the state of a configuration is", () => {
  it("differs by file and by who runs it", () => {
    const places = [
      supervisordPaths(of(0, {})),
      supervisordPaths(of(0, {}, 33)),
      supervisordPaths({ ...of(0, {}), file: "/other" })
    ].map(({ stateDirectory }) => stateDirectory)
    assert.equal(new Set(places).size, 3)
    for (const place of places) assert.match(place, /^\/var\/lib\/reeve-supervisord\/[0-9a-f]{16}$/)
  })

  it("follows the user's directories, and REEVE_STATE_DIR before them", () => {
    const home = { HOME: "/home/u", XDG_RUNTIME_DIR: "/run/user/1" }
    const { runtimeDirectory, stateDirectory } = supervisordPaths(of(1, home))
    assert.match(stateDirectory, /^\/home\/u\/\.local\/state\/reeve\/supervisord\/[0-9a-f]{16}$/)
    assert.match(runtimeDirectory, /^\/run\/user\/1\/reeve\/supervisord\/[0-9a-f]{16}$/)
    assert.deepEqual(supervisordPaths(of(1, { ...home, REEVE_STATE_DIR: "/s" })), {
      stateDirectory: "/s",
      runtimeDirectory: "/s/run"
    })
  })

  it("is the temporary directory where there is no home, unless another could have made it", () => {
    const uid = process.geteuid?.() ?? 0
    // Nobody can make a directory in /proc.
    const attempt = () => prepareSupervisordPaths(of(nobody, { HOME: "/proc" }), null)
    assert.throws(attempt, `${inTemporary} is not a directory that only uid ${nobody} can write`)
    if (uid === 0) return
    const own = join(tmpdir(), `reeve-supervisord-${uid}`)
    const { stateDirectory } = prepareSupervisordPaths(of(uid, { HOME: "/proc" }), null)
    made.push(stateDirectory)
    assert.isTrue(stateDirectory.startsWith(`${own}/`))
    assert.equal(fs.statSync(stateDirectory).mode & 0o777, 0o700)
  })

  it("gives another user no directory but an empty one of root's, through no link of others", () => {
    if (process.geteuid?.() !== 0) return
    const owner = { uid: nobody, gid: nobody }
    const above = fs.mkdtempSync(join(tmpdir(), "reeve-paths-"))
    made.push(above)
    const prepare = (state: string) =>
      prepareSupervisordPaths(of(0, { REEVE_STATE_DIR: state }, nobody), owner)
    const ownerOf = (path: string) => fs.statSync(path).uid
    const state = join(above, "state")
    const victim = join(above, "victim")
    fs.mkdirSync(victim)
    prepare(state)
    assert.equal(ownerOf(state), nobody)
    // The user's own entry leads to root's.
    fs.symlinkSync(victim, join(state, "run"))
    prepare(state)
    fs.symlinkSync(victim, join(above, "link"))
    fs.lchownSync(join(above, "link"), nobody, nobody)
    assert.throws(() => prepare(join(above, "link")), /ELOOP|ENOTDIR/)
    assert.equal(ownerOf(victim), 0)
    fs.writeFileSync(join(victim, "file"), "")
    prepare(victim)
    assert.equal(ownerOf(victim), 0)
  })

  it("is nowhere else where it was named", () => {
    const named = of(nobody, { REEVE_STATE_DIR: "/proc/nowhere" })
    assert.throws(() => prepareSupervisordPaths(named, null), /ENOENT|EACCES/)
    assert.isFalse(fs.existsSync(inTemporary))
  })
})
