import { assert, describe, it } from "vitest"
import { spawnFailureText } from "../../src/supervise/launch/spawnFailureText.ts"

describe("spawnFailureText", () => {
  const rows = [
    ["pipe", "EMFILE", "too many open files to spawn 'web'"],
    ["open", "EMFILE", "too many open files to spawn 'web'"],
    ["spawn", "EMFILE", "too many open files to spawn 'web'"],
    ["pipe", "ENFILE", "unknown error making dispatchers for 'web': ENFILE (X)"],
    ["open", "EACCES", "couldn't open X: EACCES"],
    ["spawn", "EAGAIN", "Too many processes in process table to spawn 'web'"],
    ["spawn", "ENOMEM", "unknown error during fork for 'web': ENOMEM"],
    ["spawn", "ENOENT", "couldn't exec X: ENOENT"],
    ["spawn", "E2BIG", "couldn't exec X: E2BIG"],
    ["spawn", "ENOTSUP", "X"],
    ["spawn", "EINVAL", "X"]
  ] as const
  for (const [call, errno, text] of rows) {
    it(`gives ${call} ${errno} its text`, () => {
      assert.strictEqual(spawnFailureText("web", { call, errno, detail: "X" }), text)
    })
  }

  it("quotes a name as Python does", () => {
    assert.strictEqual(
      spawnFailureText("it's", { call: "spawn", errno: "EAGAIN", detail: "" }),
      `Too many processes in process table to spawn "it's"`
    )
  })
})
