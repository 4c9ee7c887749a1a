import { describe, expect, it } from "vitest"
import { type Rename, rotationRenames } from "../../src/core/rotation.ts"

/** Names and what is in them: the number of the move that was the file's first. */
type Files = ReadonlyMap<string, number>

const exists = (files: Files) => (name: string) => files.has(name)

const renamed = (files: Files, renames: ReadonlyArray<Rename>): Files => {
  const after = new Map(files)
  for (const { from, to } of renames) {
    const content = after.get(from)
    if (content === undefined) continue
    after.delete(from)
    after.set(to, content)
  }
  return after
}

const rotated = (files: Files, backups: number): Files =>
  renamed(files, rotationRenames("f", backups, exists(files)))

/** The full file and so many backups, the oldest first. */
const chain = (present: number): Files =>
  new Map([
    ["f", present],
    ...Array.from({ length: present }, (_, n) => [`f.${n + 1}`, present - n - 1] as const)
  ])

/** All states in which a kill leaves a rotation: before each rename, and before the new file is made. */
const killed = (files: Files, backups: number): ReadonlyArray<Files> => {
  const renames = rotationRenames("f", backups, exists(files))
  return Array.from({ length: renames.length + 1 }, (_, done) =>
    renamed(files, renames.slice(0, done))
  )
}

/** What the next daemon makes of it: a full file is rotated before the first move, a missing one is made. */
const goneOn = (files: Files, backups: number): Files =>
  files.has("f") ? rotated(files, backups) : files

const plain = (files: Files) => [...files].sort()

describe("a rotation that was killed", () => {
  const chains = [1, 2, 3, 4, 5, 6].flatMap((backups) =>
    Array.from({ length: backups + 1 }, (_, present) => ({ backups, present }))
  )

  it.each(chains)("of $present of $backups backups ends as if it had not been", (sizes) => {
    const { backups, present } = sizes
    const whole = rotated(chain(present), backups)
    for (const left of killed(chain(present), backups)) {
      expect(plain(goneOn(left, backups))).toEqual(plain(whole))
      // The one that goes on is killed as well, and so is the next.
      if (!left.has("f")) continue
      for (const again of killed(left, backups)) {
        expect(plain(goneOn(again, backups))).toEqual(plain(whole))
        if (!again.has("f")) continue
        for (const third of killed(again, backups))
          expect(plain(goneOn(third, backups))).toEqual(plain(whole))
      }
    }
  })

  it.each(chains)("of $present of $backups backups never overwrites but the oldest", (sizes) => {
    const { backups, present } = sizes
    for (const left of killed(chain(present), backups)) {
      const kept = new Set(left.values())
      for (let content = present === backups ? 1 : 0; content <= present; content++)
        expect(kept.has(content)).toBe(true)
    }
  })

  it("leaves backups above one that somebody deleted, and closes the gap", () => {
    const files = new Map([...chain(3)].filter(([name]) => name !== "f.1"))
    expect(plain(rotated(files, 3))).toEqual([
      ["f.1", 3],
      ["f.2", 1],
      ["f.3", 0]
    ])
    const last = new Map([...chain(3)].filter(([name]) => name !== "f.3"))
    expect(plain(rotated(last, 3))).toEqual([
      ["f.1", 3],
      ["f.2", 2],
      ["f.3", 1]
    ])
  })
})
