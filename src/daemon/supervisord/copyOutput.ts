import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { repr } from "../../core/ini/pythonText.ts"
import { supervisordLevels } from "../../core/supervisordLevels.ts"
import type { SupervisordLevel } from "../../domain/SupervisordConfig.ts"
import { LogPlane } from "../../logs/LogPlane.ts"
import type { MainLog } from "./mainLog.ts"

/**
 * From level debug on the main log has what programs print, too (supervisord.md 3.4). What it cannot take in time is dropped, as
 * for every follower: no program waits for it.
 */
export const copyOutput = Effect.fnUntraced(function* (log: MainLog, level: SupervisordLevel) {
  if (supervisordLevels[level].rank < supervisordLevels.debug.rank) return
  const plane = yield* LogPlane
  const decoder = new TextDecoder()
  const chunks = yield* plane.follow("all")
  yield* Stream.runForEach(chunks, ({ bytes, label, sink }) =>
    Effect.sync(() => {
      const name = repr(label.slice(label.indexOf(":") + 1))
      log.line("debug", `${name} ${sink.channel} output:\n${decoder.decode(bytes)}`)
    })
  )
}, Effect.scoped)
