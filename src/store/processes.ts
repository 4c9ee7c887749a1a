/** Facts of this boot: intent before a spawn, identity after it, the exit before it is reaped. Ended ones are bounded. */

import { InstanceKey } from "../domain/Instance.ts"
import { endedProcesses } from "../domain/limits.ts"
import { ProcessSources } from "../domain/ProcessSources.ts"
import { ExitStatus } from "../domain/State.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { jsonColumn, number, numberOrNull, text } from "./rows.ts"
import type { Intent, ProcessEnd, ProcessRecord } from "./Store.ts"

export const readProcesses = (database: Database) => {
  const live = database.prepare(
    "SELECT * FROM processes WHERE exit IS NULL AND pid IS NOT NULL ORDER BY instance, spawned_at"
  )
  const intents = database.prepare(
    "SELECT * FROM processes WHERE exit IS NULL AND pid IS NULL ORDER BY intended_ms"
  )
  const owners = database.prepare(
    "SELECT spawn_id, instance FROM processes WHERE spawn_id IN (SELECT value FROM json_each(?))"
  )
  const sources = database.prepare(
    "SELECT spawn_id, sources FROM processes WHERE exit IS NULL AND pid IS NOT NULL AND sources IS NOT NULL"
  )
  const ends = database.prepare(
    `SELECT * FROM processes WHERE exit IS NOT NULL AND pid IS NOT NULL
     AND spawn_id IN (SELECT value FROM json_each(?))`
  )
  return {
    live: (): ReadonlyArray<ProcessRecord> => live.all().map(recordOf),
    sources: (): ReadonlyMap<string, ProcessSources> =>
      new Map(
        sources
          .all()
          .map((row) => [text(row, "spawn_id"), sourcesOf(text(row, "sources"))] as const)
      ),
    intents: (): ReadonlyArray<Intent> => intents.all().map(intentOf),
    owners: (spawnIds: ReadonlyArray<string>): ReadonlyMap<string, InstanceKey> =>
      new Map(
        owners
          .all(JSON.stringify(spawnIds))
          .map((row) => [text(row, "spawn_id"), InstanceKey.make(text(row, "instance"))])
      ),
    ends: (spawnIds: ReadonlyArray<string>): ReadonlyArray<ProcessEnd> =>
      ends.all(JSON.stringify(spawnIds)).map(endOf)
  }
}

export const writeProcesses = (database: Database) => {
  // One life at a time: an earlier intent of the instance led to no process. Mostly there is none: what came of each is known
  // before the next, and only what could not be written stays open.
  const dropIntent = database.prepare(
    "DELETE FROM processes WHERE instance = ? AND exit IS NULL AND pid IS NULL"
  )
  const intend = database.prepare(
    `INSERT OR REPLACE INTO processes (spawn_id, instance, address, intended_ms, sources)
     VALUES (?, ?, ?, ?, ?)`
  )
  const abandon = database.prepare("DELETE FROM processes WHERE spawn_id = ? AND pid IS NULL")
  const started = database.prepare(
    `INSERT INTO processes
     (spawn_id, instance, address, pid, start_ticks, boot_id, spawned_at, revision, inherited, spawned_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (spawn_id) DO UPDATE SET instance = excluded.instance, address = excluded.address,
       pid = excluded.pid, start_ticks = excluded.start_ticks, boot_id = excluded.boot_id,
       spawned_at = excluded.spawned_at, revision = excluded.revision, inherited = excluded.inherited,
       spawned_ms = excluded.spawned_ms, exit = NULL, ended_at = NULL, intended_ms = 0`
  )
  const exited = database.prepare("UPDATE processes SET exit = ?, ended_at = ? WHERE spawn_id = ?")
  const give = database.prepare("UPDATE processes SET instance = ? WHERE spawn_id = ?")
  const prune = database.prepare(
    `DELETE FROM processes WHERE exit IS NOT NULL AND ended_at <
     (SELECT ended_at FROM processes WHERE exit IS NOT NULL ORDER BY ended_at DESC LIMIT 1 OFFSET ?)`
  )
  let ended = 0
  const unresolved = intentsIn(database)
  return {
    ...writeRenames(database),
    intend: ({ address, instance, intendedMs, sources, spawnId }: Intent): void => {
      if (unresolved.size > 0) dropIntent.run(instance)
      unresolved.add(spawnId)
      const made = sources === undefined ? null : JSON.stringify(sources)
      intend.run(spawnId, instance, address, intendedMs, made)
    },
    abandon: (spawnId: string): void => {
      abandon.run(spawnId)
      unresolved.delete(spawnId)
    },
    started: (record: ProcessRecord): void => {
      const { address, bootId, inherited, instance, pid, revision } = record
      const { spawnId, spawnedAt, spawnedMs, startTicks } = record
      started.run(
        spawnId,
        instance,
        address,
        pid,
        startTicks,
        bootId,
        spawnedAt,
        revision,
        inherited,
        spawnedMs
      )
      unresolved.delete(spawnId)
    },
    exited: (spawnId: string, status: ExitStatus, at: number): void => {
      exited.run(JSON.stringify(status), at, spawnId)
      if (++ended % pruneEvery === 0) prune.run(endedProcesses)
    },
    give: (spawnId: string, to: InstanceKey): void => {
      give.run(to, spawnId)
    }
  }
}

const intentsIn = (database: Database): Set<string> => {
  const found = database.prepare(
    "SELECT spawn_id FROM processes WHERE exit IS NULL AND pid IS NULL"
  )
  return new Set(found.all().map((row) => text(row, "spawn_id")))
}

const writeRenames = (database: Database) => {
  // Ended ones too: what they wrote may still wait in their pipes.
  const rename = database.prepare(
    "UPDATE processes SET instance = ?, address = ? WHERE instance = ?"
  )
  const renameBesides = database.prepare(
    `UPDATE processes SET instance = ? || substr(instance, length(?) + 1)
     WHERE substr(instance, 1, length(?) + 1) = ? || '+'`
  )
  return {
    rename: (from: InstanceKey, to: InstanceKey, address: string): void => {
      rename.run(to, address, from)
    },
    /** What stands beside the process of an instance (core/besideKey). */
    renameBesides: (from: InstanceKey, to: InstanceKey): void => {
      renameBesides.run(to, from, from, from)
    }
  }
}

const pruneEvery = 1_000

const recordOf = (row: Row): ProcessRecord => ({
  spawnId: text(row, "spawn_id"),
  instance: InstanceKey.make(text(row, "instance")),
  address: text(row, "address"),
  pid: number(row, "pid"),
  startTicks: number(row, "start_ticks"),
  bootId: text(row, "boot_id"),
  spawnedAt: number(row, "spawned_at"),
  revision: text(row, "revision"),
  inherited: text(row, "inherited"),
  spawnedMs: numberOrNull(row, "spawned_ms") ?? 0
})

const intentOf = (row: Row): Intent => ({
  spawnId: text(row, "spawn_id"),
  instance: InstanceKey.make(text(row, "instance")),
  address: text(row, "address"),
  intendedMs: number(row, "intended_ms")
})

const endOf = (row: Row): ProcessEnd => ({
  record: recordOf(row),
  exit: exitOf(text(row, "exit"))
})

const sourcesOf = jsonColumn("files that a process was made from", ProcessSources)

const exitOf = jsonColumn("exit status", ExitStatus)
