/** The two ways into the background's parent: becoming it, or starting it and waiting until the daemon is up. */
import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as Option from "effect/Option"
import type { KeeperOptions } from "../core/keeperProtocol.ts"
import { readBootLine } from "../daemon/BootLine.ts"
import { entryPath } from "../os/Entries.ts"
import { keepCode } from "../os/keptCode.ts"
import { stayingFlags } from "../os/stayingFlags.ts"
import type { SupervisordPaths } from "../os/supervisordPaths.ts"
import { becomeFirst } from "./becomeFirst.ts"

type Environment = Readonly<Record<string, string | undefined>>

type LockedOptions = KeeperOptions & { readonly lock: number }

/** Comes back only when that failed, with the errno's name. */
export const becomeKeeper = (keeper: LockedOptions): string => {
  keepCode()
  return becomeFirst(entryPath("keeper"), keeper)
}

/** Null when the daemon is up; else what it failed of. What Node itself may have to say goes to a file. */
export const startKeeper = async (
  keeper: LockedOptions,
  environment: Environment,
  paths: SupervisordPaths
): Promise<{ readonly text: string; readonly code: number } | null> => {
  const crashFile = join(paths.stateDirectory, "crash.log")
  const crash = openSync(crashFile, "a", 0o600)
  const words = [entryPath("keeper"), JSON.stringify({ ...keeper, ready: 3, lock: 4 })]
  const child = spawn(process.execPath, [...stayingFlags(), ...words], {
    detached: true,
    stdio: ["ignore", "ignore", crash, "pipe", keeper.lock],
    env: environment
  })
  closeSync(crash)
  closeSync(keeper.lock)
  child.unref()
  const pipe = child.stdio[3]
  if (pipe !== null && pipe !== undefined && "read" in pipe) {
    for await (const text of createInterface({ input: pipe })) {
      const line = Option.getOrNull(readBootLine(text))
      if (line?.kind === "ready") return null
      if (line?.kind === "failed") return { text: line.text, code: line.code }
    }
  }
  return { text: `the daemon ended before it was up; ${crashFile} may say why`, code: 1 }
}
