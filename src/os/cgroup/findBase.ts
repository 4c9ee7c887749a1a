/**
 * The cgroup below which reeve may make others: its own, where that was given to it, or the one that its leaf is in. Under
 * systemd a cgroup that is not delegated is systemd's alone, whatever its files permit: reeve as root would write into what
 * another one manages.
 */
import { accessSync, constants, existsSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import { supervisorCgroup } from "../../core/systemdUnit.ts"
import { runHelper } from "../runHelper.ts"
import { cgroupOf } from "./cgroupOf.ts"

export interface FoundBase {
  readonly kind: "found"
  readonly directory: string
  /** Whether reeve is in a leaf of it already. */
  readonly inLeaf: boolean
  /** Whether systemd runs here. */
  readonly ofSystemd: boolean
}

export type Base =
  | FoundBase
  /** A clause that follows "as". */
  | { readonly kind: "none"; readonly why: string }

/** `pid`: of a daemon. */
export const findBase = (pid: number): Effect.Effect<Base> =>
  Effect.suspend(() => {
    const own = cgroupOf(pid)
    if (own === null) return none("no cgroup of version 2 is to be seen here")
    const inLeaf = basename(own) === supervisorCgroup
    const directory = inLeaf ? dirname(own) : own
    try {
      accessSync(directory, constants.W_OK)
    } catch {
      return none(`${directory} is not reeve's to write`)
    }
    const ofSystemd = existsSync("/run/systemd/system")
    const found: Base = { kind: "found", directory, inLeaf, ofSystemd }
    if (process.geteuid?.() !== 0 || !ofSystemd) return Effect.succeed(found)
    return Effect.flatMap(isDelegated(basename(directory)), (delegated) =>
      delegated
        ? Effect.succeed(found)
        : none(`systemd does not delegate ${directory} (Delegate=yes)`)
    )
  })

const none = (why: string): Effect.Effect<Base> => Effect.succeed({ kind: "none", why })

const isDelegated = (unit: string): Effect.Effect<boolean> =>
  Effect.map(
    runHelper({
      file: "systemctl",
      args: ["show", "--property=Delegate", "--value", "--", unit],
      directory: "/",
      environment: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      timeoutMs: 2_000,
      outputBytes: 1_000
    }),
    ({ code, stdout }) => code === 0 && stdout.trim() === "yes"
  )
