/** Facts of this boot: intent before a spawn, identity after it, the exit before it is reaped. Ended ones are bounded. */

import { InstanceKey } from "../domain/Instance.ts"
import { endedProcesses } from "../domain/limits.ts"
import type { ExitStatus } from "../domain/State.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { number, text } from "./rows.ts"
import type { ProcessRecord } from "./Store.ts"

export const readProcesses = (database: Database) => {
  const live = database.prepare(
    "SELECT * FROM processes WHERE exit IS NULL AND pid IS NOT NULL ORDER BY instance, spawned_at"
  )
  return { live: (): ReadonlyArray<ProcessRecord> => live.all().map(recordOf) }
}

export const writeProcesses = (database: Database) => {
  // One life at a time: an earlier intent of the instance led to no process.
  const dropIntent = database.prepare(
    "DELETE FROM processes WHERE instance = ? AND exit IS NULL AND pid IS NULL"
  )
  const intend = database.prepare(
    "INSERT OR REPLACE INTO processes (spawn_id, instance, address) VALUES (?, ?, ?)"
  )
  const started = database.prepare(
    `INSERT OR REPLACE INTO processes
     (spawn_id, instance, address, pid, start_ticks, boot_id, spawned_at, revision, inherited)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const exited = database.prepare("UPDATE processes SET exit = ?, ended_at = ? WHERE spawn_id = ?")
  const rename = database.prepare(
    "UPDATE processes SET instance = ?, address = ? WHERE instance = ? AND exit IS NULL"
  )
  const prune = database.prepare(
    `DELETE FROM processes WHERE exit IS NOT NULL AND ended_at <
     (SELECT ended_at FROM processes WHERE exit IS NOT NULL ORDER BY ended_at DESC LIMIT 1 OFFSET ?)`
  )
  let ended = 0
  return {
    intend: (spawnId: string, instance: InstanceKey, address: string): void => {
      dropIntent.run(instance)
      intend.run(spawnId, instance, address)
    },
    started: (record: ProcessRecord): void => {
      const { address, bootId, inherited, instance, pid, revision } = record
      const { spawnId, spawnedAt, startTicks } = record
      started.run(
        spawnId,
        instance,
        address,
        pid,
        startTicks,
        bootId,
        spawnedAt,
        revision,
        inherited
      )
    },
    exited: (spawnId: string, status: ExitStatus, at: number): void => {
      exited.run(JSON.stringify(status), at, spawnId)
      if (++ended % pruneEvery === 0) prune.run(endedProcesses)
    },
    rename: (from: InstanceKey, to: InstanceKey, address: string): void => {
      rename.run(to, address, from)
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
  inherited: text(row, "inherited")
})
