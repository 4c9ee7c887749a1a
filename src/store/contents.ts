/**
 * What generations hold, in parts: a text for each program and one for the groups, which a generation shares with the one
 * before it wherever nothing changed. A save that changes one program of thousands so writes little. Sharing goes no further
 * than that: the generations that use a part follow one another, so a part goes with the last of them.
 */
import { Desired, type Program } from "../domain/Desired.ts"
import { Plan } from "../domain/Plan.ts"
import { sha256 } from "../os/sha256.ts"
import type { Database, Row } from "../os/sqlite.ts"
import { jsonColumn, number, text, textOrNull } from "./rows.ts"

export const readContents = (database: Database) => {
  const find = database.prepare("SELECT rest, parts, plan FROM contents WHERE generation = ?")
  const partTexts = readParts(database)
  return (generation: number): { readonly content: Desired; readonly plan: Plan | null } => {
    const row = find.get(generation)
    if (row === undefined) throw new Error(`corrupt store: generation ${generation} has no content`)
    const [rest, plan, parts] = [text(row, "rest"), textOrNull(row, "plan"), partsOf(row)]
    return {
      content: contentOf(parts === null ? rest : assembled(rest, partTexts(parts))),
      // A plan of an older format is history that can no longer be shown; what was declared still can.
      plan: plan === null ? null : planOrNull(plan)
    }
  }
}

/** All must run inside a transaction. */
export const writeContents = (database: Database) => {
  const insert = database.prepare(
    "INSERT INTO contents (generation, rest, parts, plan) VALUES (?, ?, ?, ?)"
  )
  const insertPart = database.prepare("INSERT INTO parts (text) VALUES (?)")
  const removePart = database.prepare("DELETE FROM parts WHERE number = ?")
  const remove = database.prepare("DELETE FROM contents WHERE generation <= ? RETURNING parts")
  const oldest = database.prepare("SELECT parts FROM contents ORDER BY generation LIMIT 1")
  const newest = database.prepare("SELECT parts FROM contents ORDER BY generation DESC LIMIT 1")
  const partTexts = readParts(database)
  let last: Shared | null = null

  const ofNewest = (): Shared => {
    const row = newest.get()
    const numbers = (row === undefined ? null : partsOf(row)) ?? []
    const texts = partTexts(numbers)
    const byHash = new Map(
      numbers.map((at, index) => {
        const hash = sha256(texts[index] ?? "")
        return [hash, { hash, number: at }] as const
      })
    )
    return { byHash, byProgram: new Map() }
  }

  return {
    /** Gives the characters that were written, and what is to be called once the transaction is through. */
    put: (generation: number, { programs, groups, ...others }: Desired, plan: Plan) => {
      const before = last ?? ofNewest()
      const now = { byHash: new Map<string, Part>(), byProgram: new Map<Program, Part>() }
      let size = 0
      const write = (content: string): number => {
        size += content.length
        return Number(insertPart.run(content).lastInsertRowid)
      }
      const share = (content: string): Part => {
        const hash = sha256(content)
        const known = before.byHash.get(hash) ?? now.byHash.get(hash)
        return known ?? { hash, number: write(content) }
      }
      const numberOf = (part: Part): number => {
        now.byHash.set(part.hash, part)
        return part.number
      }
      const parts = [numberOf(share(JSON.stringify(groups)))]
      for (const program of programs) {
        const part = before.byProgram.get(program) ?? share(JSON.stringify(program))
        now.byProgram.set(program, part)
        parts.push(numberOf(part))
      }
      const own = [JSON.stringify(others), JSON.stringify(parts), JSON.stringify(plan)] as const
      insert.run(generation, ...own)
      for (const column of own) size += column.length
      const keep = (): void => {
        last = now
      }
      return { size, keep }
    },
    /** Forgets generations up to that number, which is not the newest. */
    prune: (generation: number): void => {
      const removed = remove.all(generation)
      if (removed.length === 0) return
      const row = oldest.get()
      const used = new Set(row === undefined ? [] : partsOf(row))
      const unused = new Set(removed.flatMap((one) => partsOf(one) ?? []))
      for (const part of unused) if (!used.has(part)) removePart.run(part)
    }
  }
}

interface Part {
  readonly hash: string
  readonly number: number
}

/** The parts of the generation before. A program that did not change since is the same object, or has the same text. */
interface Shared {
  readonly byHash: ReadonlyMap<string, Part>
  readonly byProgram: ReadonlyMap<Program, Part>
}

/** Texts of parts, in the order of their numbers in the list. */
const readParts = (database: Database) => {
  const find = database.prepare(
    "SELECT number, text FROM parts WHERE number IN (SELECT value FROM json_each(?))"
  )
  return (numbers: ReadonlyArray<number>): ReadonlyArray<string> => {
    const texts = new Map(
      find.all(JSON.stringify(numbers)).map((row) => [number(row, "number"), text(row, "text")])
    )
    return numbers.map((at) => {
      const found = texts.get(at)
      if (found === undefined) throw new Error(`corrupt store: part ${at} is missing`)
      return found
    })
  }
}

/** Numbers of parts, the groups first; null: of a format before there were parts. */
const partsOf = (row: Row): ReadonlyArray<number> | null => {
  const list = textOrNull(row, "parts")
  if (list === null) return null
  const numbers: unknown = JSON.parse(list)
  if (Array.isArray(numbers) && numbers.every((one) => typeof one === "number")) return numbers
  throw new Error("corrupt row: parts is no list of numbers")
}

/** All are texts of JSON, and so is what they are put together to. */
const assembled = (rest: string, [groups = "[]", ...programs]: ReadonlyArray<string>): string =>
  `{"groups":${groups},"programs":[${programs.join(",")}],${rest.slice(1)}`

const contentOf = jsonColumn("content of a generation", Desired)
const planOf = jsonColumn("plan of a generation", Plan)

const planOrNull = (json: string): Plan | null => {
  try {
    return planOf(json)
  } catch {
    return null
  }
}
