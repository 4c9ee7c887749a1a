/** What a figure depends on beside the code. */
import { cpus, loadavg, release, totalmem } from "node:os"

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGB: number
  /** Of the kernel. */
  readonly linux: string
  readonly node: string
  /** Mean length of the run queue over the minute before: what else there was to do. */
  readonly loadBefore: number
}

export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1e8) / 10,
  linux: release(),
  node: process.versions.node,
  loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100
})

export const machineLine = (machine: Machine): string =>
  `${machine.cores} × ${machine.processor}, ${machine.memoryGB} GB, Linux ${machine.linux}, Node ${machine.node}`
