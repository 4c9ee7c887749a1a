import { assert, describe, it } from "vitest"
import { formatByteSize, parseByteSize } from "../../src/domain/ByteSize.ts"

describe("sizes", () => {
  const read: ReadonlyArray<readonly [string | number, number]> = [
    ["50MB", 52_428_800],
    ["50 MB", 52_428_800],
    ["50mb", 52_428_800],
    ["1KB", 1024],
    ["1.5KB", 1536],
    ["2GB", 2_147_483_648],
    ["7B", 7],
    [0, 0],
    [100, 100]
  ]
  for (const [given, bytes] of read) {
    it(`reads ${JSON.stringify(given)}`, () => {
      assert.strictEqual(parseByteSize(given), bytes)
    })
  }

  for (const given of [
    "",
    "50",
    "50M",
    "-1MB",
    "1.5B",
    "50MiB",
    "9999999999TB",
    -1,
    0.5,
    Number.NaN
  ]) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.isNull(parseByteSize(given))
    })
  }

  for (const [bytes, text] of [
    [0, "0B"],
    [1, "1B"],
    [1536, "1536B"],
    [2048, "2KB"],
    [52_428_800, "50MB"],
    [1024 ** 4, "1TB"]
  ] as const) {
    it(`prints ${bytes} bytes as ${text}`, () => {
      assert.strictEqual(formatByteSize(bytes), text)
      assert.strictEqual(parseByteSize(text), bytes)
    })
  }
})
