/**
 * The cgroup below which reeve may make others: its own, where that was given to it. Under systemd a cgroup that is not delegated
 * is systemd's alone, whatever its files permit: reeve as root would write into what another one manages.
 */
import { accessSync, constants, existsSync } from "node:fs"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import { runHelper } from "../runHelper.ts"
import { cgroupOf } from "./cgroupOf.ts"

export type Base =
  | { readonly kind: "found"; readonly directory: string }
  /** A clause that follows "as". */
  | { readonly kind: "none"; readonly why: string }

/** `pid`: of a daemon. */
export const findBase = (pid: number): Effect.Effect<Base> =>
  Effect.suspend(() => {
    const directory = cgroupOf(pid)
    if (directory === null) return none("no cgroup of version 2 is to be seen here")
    try {
      accessSync(directory, constants.W_OK)
    } catch {
      return none(`${directory} is not reeve's to write`)
    }
    const isManaged = process.geteuid?.() === 0 && existsSync("/run/systemd/system")
    if (!isManaged) return Effect.succeed<Base>({ kind: "found", directory })
    return Effect.flatMap(isDelegated(basename(directory)), (delegated) =>
      delegated
        ? Effect.succeed<Base>({ kind: "found", directory })
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
