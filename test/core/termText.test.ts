import { assert, describe, it } from "vitest"
import { byWhom } from "../../src/core/byWhom.ts"
import { printable } from "../../src/core/printable.ts"
import { endText, whyText } from "../../src/core/termText.ts"
import { isOver, noTerms } from "../../src/domain/Terms.ts"

const minute = 60_000
const dateTime = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ")
const now = Date.UTC(2026, 10, 22, 12)
const calendar = { now, dateTime }

describe("the end of what was done by hand", () => {
  const texts: ReadonlyArray<readonly [string, number | null, string]> = [
    ["is a release where there is none", null, "held until released"],
    ["has hours and minutes", now + 150 * minute, "until 14:30"],
    ["has seconds where it is near", now + 5_000, "until 12:00:05"],
    ["has seconds where it has just come", now - 5_000, "until 11:59:55"],
    ["has its date on another day", now + 24 * 60 * minute, "until 2026-11-23 12:00"]
  ]
  for (const [name, until, text] of texts) {
    it(name, () => {
      assert.equal(endText({ until }, calendar), text)
    })
  }

  it("has its date where it is not known when it is read", () => {
    assert.equal(endText({ until: now }, { now: null, dateTime }), "until 2026-11-22 12:00")
  })

  it("has come from that moment on", () => {
    assert.isFalse(isOver({ until: now }, now - 1))
    assert.isTrue(isOver({ until: now }, now))
    assert.isFalse(isOver({ until: null }, now))
  })
})

describe("the reason of what was done by hand", () => {
  it("is quoted, and steers no terminal", () => {
    assert.equal(whyText({ reason: "disk swap" }), ' ("disk swap")')
    assert.equal(whyText({ reason: null }), "")
    assert.equal(whyText({ reason: "a\u001b[2Jb\nc\u009b" }), ' ("a\\x1b[2Jb\\x0ac\\x9b")')
    assert.equal(printable("Müller, 漢字"), "Müller, 漢字")
  })
})

describe("an event of what was done by hand", () => {
  it("has who did it behind what was done, then why, then until when", () => {
    const tell = (deed: Parameters<typeof byWhom>[0]) => byWhom(deed, calendar)
    const held = { text: "stopped; held until released", who: "root", ...noTerms }
    assert.equal(tell(held), "stopped by root; held until released")
    assert.equal(tell({ ...held, reason: "a; b" }), 'stopped by root ("a; b"); held until released')
    assert.equal(
      tell({ text: "stopped", who: "root", reason: "$& swap", until: now + 150 * minute }),
      'stopped by root ("$& swap"); until 14:30'
    )
    assert.equal(tell({ ...held, text: "released", who: "expiry" }), "released by expiry")
    assert.equal(tell({ ...held, text: "released", who: "\u0007" }), "released by \\x07")
  })
})
