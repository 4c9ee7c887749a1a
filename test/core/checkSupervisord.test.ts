import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { check, main } from "./iniMachine.ts"

const said = (text: string) =>
  Effect.map(check({ files: { [main]: text } }), (found) =>
    found?.problems.map(({ line, message, severity }) => `${line} ${severity}: ${message}`)
  )

describe("a check of a supervisord configuration", () => {
  it.effect("tells nothing of what reeve supervisord does as supervisord would", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\nlogfile=/tmp/s.log\n[unix_http_server]\nfile=/tmp/s.sock\n" +
        "[program:a]\ncommand=/a\nnumprocs=2\nprocess_name=a%(process_num)d\n"
      const found = yield* check({ files: { [main]: text } })
      assert.deepEqual(found?.problems, [])
      assert.deepEqual(
        found?.programs.map(({ instances, name }) => [name, instances.length]),
        [["a", 2]]
      )
    })
  )

  it.effect("refuses what supervisord would refuse in its own section and of its servers", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* said("[supervisord]\nloglevel=loud\n"), [
        "2 error: bad logging level name 'loud'"
      ])
      assert.deepEqual(yield* said("[supervisord]\n[unix_http_server]\n"), [
        "2 error: section [unix_http_server] has no file value"
      ])
    })
  )

  it.effect("warns of what two processes share", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\n[program:a]\ncommand=/a\nstdout_logfile=/tmp/x\n" +
        "[program:b]\ncommand=/b\nstdout_logfile=/tmp/x\n"
      const found = yield* said(text)
      assert.lengthOf(found ?? [], 1)
      assert.match(found?.[0] ?? "", /warning: .*\/tmp\/x/)
    })
  )

  it.effect("warns of a command that a comment has cut short", () =>
    Effect.map(said(`[supervisord]\n[program:a]\ncommand=sh -c "b ; c"\n`), (found) => {
      assert.deepEqual(found, [
        '2 warning: the command of a cannot be split into words: No closing quotation: sh -c "b'
      ])
    })
  )

  it.effect("leaves a file without [supervisord] to reeve's own reading", () =>
    Effect.map(check({ files: { [main]: "[program:a]\ncommand=/a\n" } }), (found) => {
      assert.isNull(found)
    })
  )
})
