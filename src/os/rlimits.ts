import type { KernelField } from "../core/kernelLimits.ts"
import type { Limits } from "../domain/Definition.ts"
import * as libc from "./libc.ts"
import { startOpenFiles } from "./startOpenFiles.ts"

/** Those of getrlimit(2); the other fields set the precedence of a process, are looked after by reeve, or are of a cgroup. */
export type RlimitField = Exclude<
  keyof Limits,
  "nice" | "oomScoreAdjust" | "memory" | "memoryGraceMs" | KernelField
>

export interface RlimitKind {
  readonly field: RlimitField
  /** The kernel's number, and the word of prlimit(1). */
  readonly resource: number
  readonly flag: string
}

const kinds: Readonly<Record<RlimitField, Omit<RlimitKind, "field">>> = {
  openFiles: { resource: libc.RLIMIT.NOFILE, flag: "nofile" },
  processes: { resource: libc.RLIMIT.NPROC, flag: "nproc" },
  coreSize: { resource: libc.RLIMIT.CORE, flag: "core" },
  fileSize: { resource: libc.RLIMIT.FSIZE, flag: "fsize" },
  addressSpace: { resource: libc.RLIMIT.AS, flag: "as" },
  stack: { resource: libc.RLIMIT.STACK, flag: "stack" },
  lockedMemory: { resource: libc.RLIMIT.MEMLOCK, flag: "memlock" },
  cpu: { resource: libc.RLIMIT.CPU, flag: "cpu" }
}

const isField = (name: string): name is RlimitField => Object.hasOwn(kinds, name)

/** Each of them. */
export const rlimits: ReadonlyArray<RlimitKind> = Object.keys(kinds)
  .filter(isField)
  .map((field) => ({ field, ...kinds[field] }))

/** What a declared limit means: soft and hard alike; null: as a program gets it that declares none. Or a negated errno. */
export const rlimitOf = (resource: number, declared: number | null): libc.Rlimit | number => {
  if (declared !== null) return { soft: BigInt(declared), hard: BigInt(declared) }
  const own = libc.prlimit(0, resource)
  if (typeof own === "number" || resource !== libc.RLIMIT.NOFILE) return own
  return { soft: startOpenFiles(), hard: own.hard }
}
