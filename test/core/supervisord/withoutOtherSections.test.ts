import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { withoutOtherSections } from "../../../src/core/ctl/withoutOtherSections.ts"
import { readIniFile } from "../../../src/core/ini/IniFile.ts"

const own = "[supervisorctl]\nserverurl=unix:///s\n"

describe("a configuration for the client", () => {
  it("loses plain sections that it does not read", () => {
    const text = `[program:a]\ncommand=a ; x\n\n# c\nautostart : no\n${own}[x]\ny=\n[program:b]\ncommand=b\n`
    assert.equal(withoutOtherSections(text), own)
  })

  it("keeps what it reads, what may be a fault, and what the next line continues", () => {
    for (const text of [
      own,
      "[DEFAULT]\nserverurl=x\n",
      "[ctlplugin:x]\na=b\n",
      "[program:a]\ncommand=a\n  more\n",
      "[program:a]\n  command=a\n",
      "[program:a]\ncommand\n",
      "[program:a]\n=a\n",
      "[program:a] x\ncommand=a\n",
      "[a]b]\ncommand=a\n",
      "[program:a]\r\ncommand=a\r\n",
      "command=a\n"
    ]) {
      assert.equal(withoutOtherSections(text), text)
      assert.equal(withoutOtherSections(text + own), text + own)
    }
  })

  it("keeps a section whose last line has no end", () => {
    assert.equal(withoutOtherSections("[program:a]\ncommand=a"), "[program:a]\ncommand=a")
  })

  it("says the same to the client, whatever stands between its sections", () => {
    const lines = ["[a]", "[b] c", "x=1", "  y", "z", "", "; c", " # c", "[DEFAULT]", "k: v ; c"]
    let seed = 1
    const next = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 1_000; round++) {
      const some = () => Array.from({ length: next(6) }, () => `${lines[next(lines.length)]}\n`)
      const text = [...some(), own, ...some(), "[ctlplugin:q]\n", ...some(), own, ...some()].join(
        ""
      )
      const whole = readIniFile(text, "f")
      const few = readIniFile(withoutOtherSections(text), "f")
      assert.equal(Result.isSuccess(few), Result.isSuccess(whole), text)
      if (Result.isFailure(few) || Result.isFailure(whole)) continue
      for (const name of ["supervisorctl", "DEFAULT", "ctlplugin:q"]) {
        const values = (read: typeof few.success) =>
          [...(read.sections.get(name)?.values ?? [])].map(([key, { text }]) => [key, text])
        assert.deepEqual(values(few.success), values(whole.success), text)
      }
    }
  })
})
