import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { quoteWords, shellWords } from "../../src/core/shellWords.ts"

const splits = (text: string, words: ReadonlyArray<string>) =>
  it(`splits ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shellWords(text), Result.succeed(words))
  })

const refuses = (text: string, reason: string) =>
  it(`refuses ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shellWords(text), Result.fail(reason))
  })

describe("words of a command", () => {
  splits("", [])
  splits("  \t\n", [])
  splits("/bin/cat", ["/bin/cat"])
  splits("a\nb\tc  d", ["a", "b", "c", "d"])
  splits(`bash -c 'echo "hi"; exit'`, ["bash", "-c", 'echo "hi"; exit'])
  splits(`"a b"c'd e'`, ["a bcd e"])
  splits(`x '' ""`, ["x", "", ""])
  splits("a\\ b", ["a b"])
  splits(`"a\\"b\\\\c\\d"`, ['a"b\\c\\d'])
  splits(`'a\\b'`, ["a\\b"])
  splits("a #b $HOME ~ *.c | d > e", ["a", "#b", "$HOME", "~", "*.c", "|", "d", ">", "e"])
  refuses('/bin/sh -c "foo', "No closing quotation")
  refuses("it's", "No closing quotation")
  refuses("a\\", "No escaped character")
  refuses('"a\\', "No escaped character")

  it("reads back what was quoted", () => {
    const words = ["", "a b", "it's", '"', "\\", "\n", "$x", "plain-1.2/x", "'", "é"]
    assert.deepEqual(shellWords(quoteWords(words)), Result.succeed(words))
    assert.strictEqual(quoteWords(["ls", "-l", "a b"]), "ls -l 'a b'")
  })
})
