/**
 * What each instance is, for plans without a daemon and for the next daemon. Specifications are stored once by their hash, as
 * states change often and specifications seldom.
 */
import { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { ExitStatus, Reason, State } from "../domain/State.ts"
import { sha256 } from "../os/sha256.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { resumptionOf } from "./resumption.ts"
import {
  eachReadable,
  jsonColumn,
  number,
  numberOrNull,
  type Tell,
  text,
  textOrNull
} from "./rows.ts"
import type { InstanceRecord } from "./Store.ts"

export const readInstances = (database: Database, tell: Tell) => {
  const list = database.prepare("SELECT * FROM instances ORDER BY key")
  const specs = database.prepare("SELECT hash, content FROM specs")
  return {
    list: (): ReadonlyArray<InstanceRecord> => {
      const contents = new Map<string, string>()
      for (const row of specs.iterate()) contents.set(text(row, "hash"), text(row, "content"))
      const decoded = new Map<string, InstanceSpec>()
      // Mostly an instance was started with the specification it has: that is decoded once.
      const specOf = (hash: string): InstanceSpec => {
        const spec = decoded.get(hash) ?? readSpec(contents.get(hash) ?? "")
        decoded.set(hash, spec)
        return spec
      }
      return eachReadable(list.all(), (row) => recordOf(row, specOf), { table: "instances", tell })
    }
  }
}

/** A row that is there is changed in its place. */
const putSql = `INSERT INTO instances
 (key, boot_id, spec, started, next, state, reason, exit, since, started_at, stopped_at, resumption)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (key) DO UPDATE SET boot_id = excluded.boot_id, spec = excluded.spec,
   started = excluded.started, next = excluded.next, state = excluded.state,
   reason = excluded.reason, exit = excluded.exit, since = excluded.since,
   started_at = excluded.started_at, stopped_at = excluded.stopped_at,
   resumption = excluded.resumption`

/** `put` must run inside a transaction. */
export const writeInstances = (database: Database) => {
  const insertSpec = database.prepare("INSERT OR IGNORE INTO specs (hash, content) VALUES (?, ?)")
  const put = database.prepare(putSql)
  const remove = database.prepare("DELETE FROM instances WHERE key = ?")
  const renameBesides = database.prepare(
    `UPDATE OR REPLACE instances SET key = ? || substr(key, length(?) + 1)
     WHERE substr(key, 1, length(?) + 1) = ? || '+'`
  )
  const sweep = database.prepare(
    `DELETE FROM specs WHERE hash NOT IN (SELECT spec FROM instances)
     AND hash NOT IN (SELECT started FROM instances WHERE started IS NOT NULL)
     AND hash NOT IN (SELECT next FROM instances WHERE next IS NOT NULL)`
  )
  let written = new WeakMap<InstanceSpec, string>()
  let fresh = 0
  const hashOf = (spec: InstanceSpec): string => {
    const known = written.get(spec)
    if (known !== undefined) return known
    const content = JSON.stringify(spec)
    const hash = sha256(content)
    insertSpec.run(hash, content)
    written.set(spec, hash)
    fresh++
    return hash
  }
  const forget = (): void => {
    written = new WeakMap()
  }
  return {
    put: (record: InstanceRecord): void => {
      const { bootId, exit, next, reason, resumption, since, spec } = record
      const { started, startedAt, state, stoppedAt } = record
      put.run(
        spec.key,
        bootId,
        hashOf(spec),
        started === null ? null : hashOf(started),
        next === null ? null : hashOf(next),
        state,
        jsonOrNull(reason),
        jsonOrNull(exit),
        since,
        startedAt,
        stoppedAt,
        JSON.stringify(resumption)
      )
      if (fresh < sweepAfter) return
      fresh = 0
      sweep.run()
      forget()
    },
    remove: (key: InstanceKey): void => {
      remove.run(key)
    },
    /** What stands beside the process of an instance (core/besideKey). */
    renameBesides: (from: InstanceKey, to: InstanceKey): void => {
      renameBesides.run(to, from, from, from)
    },
    sweep: (): void => {
      sweep.run()
    },
    /** After a rollback: what was thought to be stored is not. */
    forget
  }
}

/** Unused specifications cost a few KiB each: they are looked for after this many new ones. */
const sweepAfter = 20_000

const jsonOrNull = (value: unknown): string | null =>
  value === null ? null : JSON.stringify(value)

const readSpec = jsonColumn("specification of an instance", InstanceSpec)
const reasonOf = jsonColumn("reason of a state", Reason)
const exitOf = jsonColumn("exit status", ExitStatus)

const recordOf = (row: Row, specOf: (hash: string) => InstanceSpec): InstanceRecord => {
  const started = textOrNull(row, "started")
  const next = textOrNull(row, "next")
  const reason = textOrNull(row, "reason")
  const exit = textOrNull(row, "exit")
  const spec = specOf(text(row, "spec"))
  return {
    // The key of the row holds: a specification may have been written before a rename.
    spec: { ...spec, key: InstanceKey.make(text(row, "key")) },
    started: started === null ? null : specOf(started),
    next: next === null ? null : specOf(next),
    state: stateOf(text(row, "state")),
    reason: reason === null ? null : reasonOf(reason),
    exit: exit === null ? null : exitOf(exit),
    since: number(row, "since"),
    startedAt: numberOrNull(row, "started_at"),
    stoppedAt: numberOrNull(row, "stopped_at"),
    bootId: text(row, "boot_id"),
    resumption: resumptionOf(text(row, "resumption"))
  }
}

const stateOf = (value: string): State => {
  const found = State.literals.find((literal) => literal === value)
  if (found === undefined) throw new Error(`corrupt row: ${value} is no state`)
  return found
}
