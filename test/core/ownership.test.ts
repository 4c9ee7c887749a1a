import { assert, describe, it } from "vitest"
import { judgeOwnership } from "../../src/config/ownership.ts"

const alice = 1000
const mallory = 1001
const root = { path: "/", uid: 0, mode: 0o755 }
const tmp = { path: "/tmp", uid: 0, mode: 0o1777 }

const judge = (
  file: { readonly uid: number; readonly mode: number },
  directory: { readonly uid: number; readonly mode: number },
  above = root
) =>
  judgeOwnership(
    { path: "/srv/a.ts", ...file },
    [{ path: "/srv", ...directory }, above],
    new Set([0, alice])
  ).map(({ severity, path }) => `${severity} ${path}`)

describe("ownership of what root evaluates", () => {
  it("accepts files of root and of the owner of the named directory", () => {
    assert.deepEqual(judge({ uid: 0, mode: 0o644 }, { uid: alice, mode: 0o755 }), [])
    assert.deepEqual(judge({ uid: alice, mode: 0o644 }, { uid: alice, mode: 0o755 }), [])
  })

  it("refuses a file of anybody else", () => {
    const found = judge({ uid: mallory, mode: 0o644 }, { uid: alice, mode: 0o755 })
    assert.deepEqual(found, ["error /srv/a.ts"])
  })

  it("refuses what every user can write, file or directory, at any height", () => {
    const open = { path: "/", uid: 0, mode: 0o777 }
    assert.deepEqual(judge({ uid: 0, mode: 0o666 }, { uid: 0, mode: 0o755 }), ["error /srv/a.ts"])
    assert.deepEqual(judge({ uid: 0, mode: 0o644 }, { uid: 0, mode: 0o777 }), ["error /srv"])
    assert.deepEqual(judge({ uid: 0, mode: 0o644 }, { uid: 0, mode: 0o755 }, open), ["error /"])
  })

  it("accepts a sticky directory, and checks the file in it", () => {
    assert.deepEqual(judge({ uid: 0, mode: 0o644 }, { uid: 0, mode: 0o1777 }), [])
    assert.deepEqual(judge({ uid: 0, mode: 0o644 }, { uid: 0, mode: 0o755 }, tmp), [])
    assert.deepEqual(judge({ uid: mallory, mode: 0o644 }, { uid: 0, mode: 0o1777 }), [
      "error /srv/a.ts"
    ])
  })

  it("warns of what a group can write", () => {
    assert.deepEqual(judge({ uid: 0, mode: 0o664 }, { uid: 0, mode: 0o775 }), [
      "warning /srv/a.ts",
      "warning /srv"
    ])
  })
})
