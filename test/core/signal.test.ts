import { assert, describe, it } from "vitest"
import { signalName, signalNames, signalNumber } from "../../src/domain/Signal.ts"

describe("signals", () => {
  const numbers: ReadonlyArray<readonly [string, number | null]> = [
    ["TERM", 15],
    ["sigusr1", 10],
    [" SIGKILL ", 9],
    ["IOT", 6],
    ["CLD", 17],
    ["0", 0],
    ["64", 64],
    ["65", null],
    ["RTMIN", 34],
    ["RTMIN+1", 35],
    ["SIGRTMAX-1", 63],
    ["RTMIN+31", null],
    ["RTMIN-1", null],
    ["SIGSIGTERM", null],
    ["__proto__", null],
    ["", null]
  ]
  for (const [name, number] of numbers) {
    it(`${JSON.stringify(name)} is ${number}`, () => {
      assert.strictEqual(signalNumber(name), number)
    })
  }

  it("every number has a name that leads back to it", () => {
    for (let number = 0; number <= 64; number += 1) {
      assert.strictEqual(signalNumber(signalName(number)), number)
    }
  })

  it("the names are canonical", () => {
    assert.deepEqual(
      signalNames.map((name) => signalName(signalNumber(name) ?? -1)),
      [...signalNames]
    )
  })
})
