import winston from "winston"
import { supervisordLevels } from "../../core/supervisordLevels.ts"
import type { SupervisordLevel } from "../../domain/SupervisordConfig.ts"
import { lineTransport } from "../lineTransport.ts"

/** A winston logger over functions that each take one line. `highest`: rank of the last level that is written. */
export const throughWinston = (
  targets: ReadonlyArray<(text: string) => void>,
  highest: number
): ((level: SupervisordLevel, message: string) => void) => {
  const ranks = Object.entries(supervisordLevels).map(([name, { rank }]) => [name, rank] as const)
  const last = ranks.find(([, rank]) => rank === highest)
  const log = winston.createLogger({
    levels: Object.fromEntries(ranks),
    level: last?.[0] ?? "info",
    format: asIs,
    transports: targets.map((write) => lineTransport({ write }))
  })
  log.on("error", () => undefined)
  return (level, message) => void log.log({ level, message })
}

const asIs = winston.format.printf(({ message }) => String(message))
