/** The ini files among the entries, imported one by one; as root only those that nobody else can have written. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { displayPath } from "../core/displayPath.ts"
import type { Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { directoriesAbove, type OwnedPath, ownedPath } from "../os/fileOwnership.ts"
import { Host } from "../os/Host.ts"
import { type Overlay, placeOf } from "../os/overlay.ts"
import type { Scan } from "../os/scanEntries.ts"
import { Users } from "../os/Users.ts"
import { importIni } from "./importIni.ts"
import { judgeOwnership } from "./ownership.ts"

export interface ImportedInis {
  readonly programs: ReadonlyArray<Program>
  readonly groups: ReadonlyArray<Group>
  readonly problems: ReadonlyArray<Problem>
  /** Files, and the patterns by which an `[include]` looks for more. */
  readonly inputs: ReadonlyArray<string>
}

export const importInis = Effect.fnUntraced(function* (scan: Scan, overlay: Overlay | null) {
  const results = yield* Effect.forEach(scan.inis, (file) => Effect.result(importIni({ file })), {
    concurrency: 8
  })
  const found = results.map((result) =>
    Result.isSuccess(result)
      ? { ...result.success, problems: result.success.warnings }
      : { programs: [], groups: [], ...result.failure }
  )
  const files = [...new Set(found.flatMap(({ inputs }) => inputs))]
  const imported: ImportedInis = {
    programs: found.flatMap(({ programs }) => programs),
    groups: found.flatMap(({ groups }) => groups),
    problems: [
      ...found.flatMap(({ problems }) => problems),
      ...(yield* foreignFiles(scan, files, overlay))
    ],
    inputs: [...files, ...found.flatMap(({ patterns }) => patterns)]
  }
  return imported
})

/** A configuration names commands that run as root: it must be as trustworthy as what is evaluated. */
const foreignFiles = Effect.fnUntraced(function* (
  scan: Scan,
  files: ReadonlyArray<string>,
  overlay: Overlay | null
) {
  const { effectiveUid } = yield* Users
  const { directory } = yield* Host
  if (effectiveUid !== 0) return []
  const owners = new Set([0, ...scan.owners])
  return yield* Effect.sync(() => {
    const known = new Map<string, OwnedPath>()
    const findings = files.flatMap((file) => ownershipOf(placeOf(overlay, file), known, owners))
    const once = new Map(findings.map((finding) => [`${finding.path} ${finding.message}`, finding]))
    return [...once.values()].map(
      ({ severity, path, message, hint }): Problem => ({
        severity,
        file: displayPath(path, directory),
        line: null,
        column: null,
        message,
        hint
      })
    )
  })
})

const ownershipOf = (file: string, known: Map<string, OwnedPath>, owners: ReadonlySet<number>) => {
  try {
    return judgeOwnership(ownedPath(file), directoriesAbove(file, known), owners)
  } catch {
    // It is gone, or cannot be read: the import told that.
    return []
  }
}
