/**
 * The result of a trial: what the logs held and what the journal told, held against what the programs recorded themselves.
 * Everything is counted, also what is right, so that a trial in which nothing happened is seen as that.
 */
import type { Struck } from "./Blow.ts"
import type { LogSeen } from "./Checker.ts"
import type { JournaledExit } from "./Journal.ts"
import type { RecordedExit, RecordedLife } from "./records.ts"

/** What is done to reeve: SIGKILL to the daemon, to keeper and daemon together, or an upgrade. */
export type Mode = "daemon" | "both" | "upgrade"

export interface Evidence {
  readonly mode: Mode
  readonly blows: ReadonlyArray<Struck>
  readonly logs: ReadonlyArray<LogSeen>
  readonly lives: ReadonlyArray<RecordedLife>
  readonly exits: ReadonlyArray<JournaledExit>
  readonly journalHoles: number
  /** When the end of all programs was asked for; wall clock, milliseconds. */
  readonly stopAskedAt: number
  readonly complaints: ReadonlyArray<string>
  /** Processes of the trial that were still there after `down`. */
  readonly left: number
  /** Programs that are to have one life only. */
  readonly single: ReadonlyArray<string>
  /** Programs that are always to run and did not come back after the last blow. */
  readonly forgotten: number
}

/** In the order in which they are printed. Each is a number of things. */
export interface Facts {
  readonly blows: number
  readonly blowsInBursts: number
  readonly bytes: number
  readonly lines: number
  readonly rotations: number
  readonly lives: number
  readonly exits: number
  readonly remarks: number
  readonly missing: number
  readonly doubled: number
  readonly outOfOrder: number
  readonly torn: number
  /** Lines in a log that no program recorded. */
  readonly unrecorded: number
  /** Logs files that were gone before they were read: the check was too slow. */
  readonly overtaken: number
  readonly secondProcesses: number
  readonly livesWithoutRecord: number
  /** A life was followed by another, and the journal holds no exit of it. */
  readonly unexplainedPids: number
  readonly exitsOfNobody: number
  readonly exitsThatDiffer: number
  readonly exitsUnknown: number
  readonly journalHoles: number
  readonly processesLeft: number
  /** Restarts of programs that are never to be restarted. */
  readonly againstPolicy: number
  readonly programsForgotten: number
  /** Both killed only: lives that ended while nobody held their pipes and lost its content. */
  readonly lostTails: number
  readonly lostTailLines: number
  /** Of these, more than the log has remarks. */
  readonly gapsNotShown: number
}

/** The largest pipe that reeve makes, and what is lost with it. */
const pipeBytes = 1024 * 1024

/** What must be zero. */
const faults = [
  "missing",
  "doubled",
  "outOfOrder",
  "torn",
  "unrecorded",
  "overtaken",
  "secondProcesses",
  "livesWithoutRecord",
  "unexplainedPids",
  "exitsOfNobody",
  "exitsThatDiffer",
  "exitsUnknown",
  "journalHoles",
  "processesLeft",
  "againstPolicy",
  "programsForgotten",
  "gapsNotShown"
] as const satisfies ReadonlyArray<keyof Facts>

export const factsOf = (evidence: Evidence): Facts => {
  const { blows, complaints, exits, forgotten, journalHoles, left, lives, logs, single } = evidence
  const output = compareOutput(evidence)
  const ends = compareExits(evidence)
  return {
    blows: blows.length,
    blowsInBursts: blows.filter(({ inBurst }) => inBurst).length,
    bytes: sum(logs, ({ bytes }) => bytes),
    lines: sum(logs, ({ lines }) => lines),
    rotations: sum(logs, ({ rotations }) => rotations),
    lives: lives.length,
    exits: exits.length,
    remarks: sum(logs, ({ remarks }) => remarks.length),
    doubled: sum(logs, (log) => sum(log.lives, ({ doubled }) => doubled)),
    outOfOrder: sum(logs, (log) => sum(log.lives, ({ outOfOrder }) => outOfOrder)),
    overtaken: sum(logs, ({ overtaken }) => overtaken),
    secondProcesses: complaints.length,
    livesWithoutRecord: lives.filter(({ exit }) => exit === null).length,
    journalHoles,
    processesLeft: left,
    againstPolicy: lives.filter(({ life, name }) => life > 1 && single.includes(name)).length,
    programsForgotten: forgotten,
    ...output,
    ...ends
  }
}

/** The names of the counts that must be zero and are not. */
export const faultsOf = (facts: Facts): ReadonlyArray<keyof Facts> =>
  faults.filter((name) => facts[name] !== 0)

const compareOutput = (evidence: Evidence) => {
  const compared = evidence.logs.map((log) => compareLog(evidence, log))
  return {
    missing: sum(compared, ({ missing }) => missing),
    unrecorded: sum(compared, ({ unrecorded }) => unrecorded),
    torn: sum(compared, ({ torn }) => torn),
    lostTails: sum(compared, ({ lostTails }) => lostTails),
    lostTailLines: sum(compared, ({ lostTailLines }) => lostTailLines),
    gapsNotShown: sum(compared, ({ gapsNotShown }) => gapsNotShown)
  }
}

const compareLog = (evidence: Evidence, log: LogSeen) => {
  const recorded = evidence.lives.filter(({ name }) => name === log.name)
  const numbers = new Set(recorded.map(({ life }) => life))
  const strange = log.lives.filter(({ life }) => !numbers.has(life))
  const found = { missing: 0, unrecorded: strange.length, lostTails: 0, lostTailLines: 0 }
  for (const { exit, life } of recorded) {
    const seen = log.lives.find((it) => it.life === life)
    const last = seen?.last ?? 0
    const due = exit === null ? last : dueOf(exit, log.letter)
    const tail = Math.max(0, due - last)
    const mayBeLost = exit !== null && tail * log.lineBytes <= pipeBytes && mayLose(evidence, exit)
    found.missing += seen?.missing ?? 0
    found.unrecorded += Math.max(0, last - due)
    if (tail > 0 && mayBeLost) {
      found.lostTails++
      found.lostTailLines += tail
    } else found.missing += tail
  }
  return {
    ...found,
    // A line may be cut where its rest was lost.
    torn: Math.max(0, log.torn - found.lostTails),
    gapsNotShown: Math.max(0, found.lostTails - log.remarks.length)
  }
}

const dueOf = (exit: RecordedExit, letter: "O" | "E"): number =>
  letter === "O" ? exit.lastOfStdout : exit.lastOfStderr

/** It ended while neither daemon nor keeper held its pipe. */
const mayLose = ({ blows, mode }: Evidence, { atMs }: RecordedExit): boolean =>
  mode === "both" && blows.some((blow) => blow.atMs - 1 <= atMs && atMs <= blow.readyMs)

const compareExits = (evidence: Evidence) => {
  const found = { unexplainedPids: 0, exitsThatDiffer: 0, exitsUnknown: 0 }
  const { ends, ofNobody } = matchExits(evidence)
  for (const { exit, journaled } of ends) {
    if (journaled === null) {
      found.unexplainedPids++
      continue
    }
    const { status } = journaled
    const isUnknown = status.kind === "unknown"
    if (isUnknown && !(exit !== null && mayLose(evidence, exit))) found.exitsUnknown++
    if (!isUnknown && !(status.kind === "code" && status.code === exit?.code)) {
      found.exitsThatDiffer++
    }
  }
  return { ...found, exitsOfNobody: ofNobody.length }
}

/** Exits that the journal holds and no program recorded, as people read them. */
export const strangeExits = (evidence: Evidence): ReadonlyArray<string> =>
  matchExits(evidence).ofNobody.map(({ address, at, pid, status }) => {
    const told = evidence.exits.filter((it) => it.address === address && it.pid === pid).length
    const after = at - evidence.stopAskedAt
    const who = `exit of nobody: ${address} pid ${pid} (told ${told} times)`
    return `${who} ${JSON.stringify(status)}, ${after} ms after the end was asked for`
  })

/** Each recorded life with what the journal says of its end, in the order of both. */
const matchExits = (evidence: Evidence) => {
  const waiting = new Map(Map.groupBy(evidence.exits, ({ address }) => address))
  const ofNobody: Array<JournaledExit> = []
  const ends = evidence.lives.map(({ exit, name, pid }) => {
    const left = waiting.get(name) ?? []
    const at = left.findIndex((it) => it.pid === pid)
    if (at < 0) return { exit, journaled: null }
    ofNobody.push(...left.slice(0, at))
    waiting.set(name, left.slice(at + 1))
    return { exit, journaled: left[at] ?? null }
  })
  ofNobody.push(...[...waiting.values()].flat())
  return { ends, ofNobody: ofNobody.filter((it) => !endedUnborn(evidence, it)) }
}

/** The stop signal came before the first instruction of the writer, which records its start and then handles that. */
const endedUnborn = (
  { exits, lives, stopAskedAt }: Evidence,
  { address, at, pid, status }: JournaledExit
): boolean =>
  at >= stopAskedAt &&
  status.kind === "signal" &&
  status.signal === "SIGTERM" &&
  !lives.some((life) => life.name === address && life.pid === pid) &&
  exits.filter((it) => it.address === address && it.pid === pid).length === 1

const sum = <A>(values: ReadonlyArray<A>, of: (value: A) => number): number =>
  values.reduce((total, value) => total + of(value), 0)
