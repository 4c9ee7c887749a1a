import { assert, describe, it } from "vitest"
import { plainFlags } from "../../src/cli/plainFlags.ts"
import { root } from "../../src/cli/root.ts"

const read = (words: string): string => plainFlags(words.split(" "), root).join(" ")

describe("flags without a value", () => {
  it.each([
    ["rollback --yes 1", "rollback --yes=true 1"],
    ["rollback -y 1", "rollback -y=true 1"],
    ["rollback --json --yes-protected 1", "rollback --json --yes-protected=true 1"],
    ["history show --json 1", "history show --json=true 1"],
    ["stop --json on", "stop --json=true on"],
    ["logs -f y", "logs -f=true y"]
  ])("leave the word behind them: %s", (words, own) => {
    assert.equal(read(words), own)
  })

  it.each([
    "history -n 1",
    "rollback 1 --yes",
    "logs -n 1 web",
    "stop web -- --json 1",
    "rollback --reason no 1"
  ])("are no others: %s", (words) => {
    assert.equal(read(words), words)
  })
})
