/** The kinds of trouble that the simulated machine makes, and how often each was made. */
export const faultKinds = [
  "launchRefused",
  "spawnRefused",
  "fifoRefused",
  "sinkRefused",
  "diesYoung",
  "ignoresTerm",
  "unkillable",
  "leavesChild",
  "signalRefused",
  "exitLate",
  "exitWithStop",
  "pidReused",
  "diskFull",
  "logTrouble",
  "defect",
  "notReady",
  "probeHangs",
  "hookFails",
  "hookHangs"
] as const

export type FaultKind = (typeof faultKinds)[number]

export class FaultCount {
  private readonly counts = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]))

  add(kind: FaultKind, times = 1): void {
    this.counts.set(kind, this.of(kind) + times)
  }

  of(kind: FaultKind): number {
    return this.counts.get(kind) ?? 0
  }

  addAll(other: FaultCount): void {
    for (const kind of faultKinds) this.add(kind, other.of(kind))
  }
}
