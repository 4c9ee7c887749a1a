/** The levels of supervisord's main log, most important first, and the word that stands in its lines (supervisord.md 3.1). */
import type { SupervisordLevel } from "../domain/SupervisordConfig.ts"

export const supervisordLevels = {
  critical: { rank: 0, word: "CRIT" },
  error: { rank: 1, word: "ERRO" },
  warn: { rank: 2, word: "WARN" },
  info: { rank: 3, word: "INFO" },
  debug: { rank: 4, word: "DEBG" },
  trace: { rank: 5, word: "TRAC" },
  blather: { rank: 6, word: "BLAT" }
} as const satisfies Record<SupervisordLevel, { readonly rank: number; readonly word: string }>

/** `2026-11-22 07:11:05,180 INFO …`, without its end; `time`: local, as `YYYY-MM-DD HH:MM:SS`. */
export const mainLogLine = (
  time: string,
  milliseconds: number,
  level: SupervisordLevel,
  text: string
): string =>
  `${time},${String(milliseconds).padStart(3, "0")} ${supervisordLevels[level].word} ${text}`
