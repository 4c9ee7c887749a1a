import { describe, expect, it } from "vitest"
import { autoLogName } from "../../src/core/logName.ts"

describe("names of log files that reeve chooses", () => {
  it.each([
    ["web", "web-stdout.log"],
    ["web:0", "web+0-stdout.log"],
    ["../x", "%2E.%2Fx-stdout.log"],
    ["__proto__", "__proto__-stdout.log"],
    [".hidden", "%2Ehidden-stdout.log"],
    ["a+b", "a%2Bb-stdout.log"],
    ["grün", "gr%C3%BCn-stdout.log"],
    ["a\nb", "a%0Ab-stdout.log"]
  ])("%j becomes %s", (address, name) => {
    expect(autoLogName(address, "stdout")).toBe(name)
  })

  it("fits into a file name with room for backups, however long the address", () => {
    for (const length of [199, 200, 201, 5000]) {
      const name = autoLogName("ü".repeat(length), "stderr")
      expect(`${name}.9999`.length).toBeLessThanOrEqual(255)
    }
  })

  it("differs for long addresses that begin alike, and for the two channels", () => {
    const long = "x".repeat(400)
    expect(autoLogName(`${long}1`, "stdout")).not.toBe(autoLogName(`${long}2`, "stdout"))
    expect(autoLogName("web", "stdout")).not.toBe(autoLogName("web", "stderr"))
  })
})
