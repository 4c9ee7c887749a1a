import { spawnSync } from "node:child_process"
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, assert, beforeEach, describe, it } from "vitest"
import { reeve } from "../real/reeve.ts"

const built = dirname(reeve)
const place = mkdtempSync("/tmp/reeve-kept-")
const dist = join(place, "dist")
const cache = join(dist, "cache")

const run = () => {
  const ran = spawnSync(process.execPath, [join(dist, "reeve.js"), "explain", "restart.when"], {
    encoding: "utf8"
  })
  assert.strictEqual(ran.status, 0, ran.stderr)
  assert.strictEqual(ran.stderr, "")
  assert.include(ran.stdout, "restart.when")
  return ran.stdout
}

/** What is kept of the command line's bundle. */
const kept = (): string => {
  const [name] = readdirSync(cache).filter((one) => one.startsWith("cli.cjs."))
  assert.isDefined(name)
  return join(cache, String(name))
}

describe("compiled code of reeve's bundles", () => {
  beforeEach(() => {
    rmSync(dist, { recursive: true, force: true })
    cpSync(built, dist, {
      recursive: true,
      filter: (path) => !path.startsWith(join(built, "cache"))
    })
    if (!existsSync(join(place, "node_modules")))
      symlinkSync(join(dirname(built), "node_modules"), join(place, "node_modules"))
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it("is kept where only the user can read, is used, and stays as it is", () => {
    const first = run()
    assert.strictEqual(statSync(cache).mode & 0o777, 0o700)
    assert.strictEqual(statSync(kept()).mode & 0o777, 0o600)
    const { mtimeMs } = statSync(kept())
    assert.strictEqual(run(), first)
    assert.strictEqual(statSync(kept()).mtimeMs, mtimeMs)
    assert.isEmpty(readdirSync(cache).filter((name) => name.endsWith(".new")))
  })

  it("is not used for another text, and replaced", () => {
    run()
    const before = readFileSync(kept())
    const bundle = join(dist, "chunks/cli.cjs")
    const text = readFileSync(bundle, "latin1")
    // Of the same length, which is all that V8 itself looks at.
    writeFileSync(bundle, text.replace("Wait for a state", "WAIT for a state"), "latin1")
    run()
    assert.notDeepEqual(readFileSync(kept()), before)
  })

  it("is made anew where it is cut, empty, or not what was written", () => {
    const first = run()
    const path = kept()
    const whole = readFileSync(path)
    const turned = [110, 5_000, 100_000, whole.length - 1].map((at) => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 0x10
      return bytes
    })
    const cut = [whole.subarray(0, 150), Buffer.alloc(0), whole.subarray(0, -8)]
    for (const bytes of [...cut, ...turned]) {
      writeFileSync(path, bytes)
      assert.strictEqual(run(), first)
      assert.isAbove(statSync(path).size, whole.length / 2)
    }
  })

  it("is neither kept nor used in a directory that others may enter", () => {
    const first = run()
    const path = kept()
    chmodSync(cache, 0o755)
    writeFileSync(path, "nonsense")
    assert.strictEqual(run(), first)
    assert.strictEqual(readFileSync(path, "utf8"), "nonsense")
  })

  it("is no condition: where it cannot be kept the command answers all the same", () => {
    const first = run()
    rmSync(cache, { recursive: true })
    writeFileSync(cache, "")
    assert.strictEqual(run(), first)
    rmSync(cache)
    mkdirSync(cache, { mode: 0o700 })
    for (const name of ["a", "b"]) writeFileSync(join(cache, name), "")
    assert.strictEqual(run(), first)
  })
})
