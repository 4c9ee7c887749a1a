import { assert, describe, it } from "vitest"
import { readStatusWords, type StatusWords } from "../../src/core/statusWords.ts"

const plain: StatusWords = {
  names: [],
  check: false,
  socket: null,
  stateDirectory: null,
  color: "auto"
}

describe("the words of a plain status", () => {
  it("are names and flags in any order, with values in the word or behind it", () => {
    assert.deepEqual(readStatusWords([]), plain)
    assert.deepEqual(readStatusWords(["web", "--check", "db:0"]), {
      ...plain,
      names: ["web", "db:0"],
      check: true
    })
    assert.deepEqual(
      readStatusWords(["--socket", "a b.sock", "--state-dir=x=y", "--color=never"]),
      {
        ...plain,
        socket: "a b.sock",
        stateDirectory: "x=y",
        color: "never"
      }
    )
  })

  it("have the word behind a flag without a value for a name", () => {
    assert.deepEqual(readStatusWords(["--check", "on"]), { ...plain, names: ["on"], check: true })
  })

  it("are not plain with anything else", () => {
    for (const words of [
      ["--json"],
      ["--help"],
      ["-h"],
      ["-"],
      ["--"],
      [""],
      ["--check=true"],
      ["--no-check"],
      ["--check", "--check"],
      ["--socket"],
      ["--socket="],
      ["--socket", "--check"],
      ["--color", "blue"],
      ["--verbose", "x"],
      ["web", "--x\n"]
    ]) {
      assert.isNull(readStatusWords(words), words.join(" "))
    }
  })
})
