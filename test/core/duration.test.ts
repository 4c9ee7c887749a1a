import { assert, describe, it } from "vitest"
import { formatDuration, parseDuration } from "../../src/domain/Duration.ts"

describe("durations", () => {
  const read: ReadonlyArray<readonly [string, number]> = [
    ["10 seconds", 10_000],
    ["10s", 10_000],
    ["1 second", 1_000],
    ["500ms", 500],
    ["0s", 0],
    ["0.5 s", 500],
    ["1.1s", 1_100],
    ["1h30m", 5_400_000],
    ["1h 30m 5s", 5_405_000],
    ["2 days", 172_800_000],
    ["1500 millis", 1_500],
    [" 3 min ", 180_000]
  ]
  for (const [text, millis] of read) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.strictEqual(parseDuration(text), millis)
    })
  }

  for (const text of [
    "",
    " ",
    "10",
    "s",
    "-1s",
    "10 parsecs",
    "30m1h",
    "1s1s",
    "1e3s",
    "PT10S",
    "10S",
    "1,5s",
    "Infinity s"
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.isNull(parseDuration(text))
    })
  }

  const printed: ReadonlyArray<readonly [number, string]> = [
    [0, "0s"],
    [500, "500ms"],
    [5_000, "5s"],
    [60_000, "1m"],
    [90_000, "1m30s"],
    [5_400_000, "1h30m"],
    [86_400_000, "1d"],
    [1_500, "1s500ms"],
    [0.5, "0.5ms"]
  ]
  for (const [millis, text] of printed) {
    it(`prints ${millis} milliseconds as ${text}, which reads back`, () => {
      assert.strictEqual(formatDuration(millis), text)
      assert.strictEqual(parseDuration(text), millis)
    })
  }
})
