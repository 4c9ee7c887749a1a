/** The trees of the corpus, their edits, and how an edit is done to a copy of its tree, and undone. */
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Change, Edit } from "./Edit.ts"
import { readEdits } from "./readEdits.ts"

const corpus = fileURLToPath(new URL("../../fixtures/edits", import.meta.url))

/** Names of the trees: a directory each, with `tree/` and files of edits beside it. */
export const trees: ReadonlyArray<string> = fs.readdirSync(corpus).sort()

export const editsOf = (tree: string): ReadonlyArray<Edit> =>
  fs
    .readdirSync(join(corpus, tree))
    .filter((name) => name.endsWith(".edits"))
    .sort()
    .flatMap((name) =>
      readEdits(`${tree}/${name}`, fs.readFileSync(join(corpus, tree, name), "utf8"))
    )

/** Readable for all, since programs run as other users. */
export const copyTree = (tree: string, to: string): void => {
  fs.cpSync(join(corpus, tree, "tree"), to, { recursive: true })
  fs.chmodSync(to, 0o755)
}

/** Does it, and gives what undoes it. Names are of files below `programs/`, or paths beside it with `../` in front. */
export const applyEdit = (directory: string, { changes, place }: Edit): (() => void) => {
  const before = new Map<string, string | null>()
  const path = (file: string) => join(directory, "programs", file)
  const read = (file: string) => {
    const at = path(file)
    return fs.existsSync(at) ? fs.readFileSync(at, "utf8") : null
  }
  const write = (file: string, text: string | null) => {
    if (!before.has(file)) before.set(file, read(file))
    if (text === null) fs.rmSync(path(file), { force: true })
    else {
      fs.mkdirSync(dirname(path(file)), { recursive: true })
      fs.writeFileSync(path(file), text)
    }
  }
  for (const change of changes) {
    const text = read(change.file)
    if ((text === null) !== (change.kind === "add")) {
      throw new Error(`${place}: ${change.kind} ${change.file}: is it there?`)
    }
    for (const [file, after] of results(change, text ?? "", place)) write(file, after)
  }
  return () => {
    for (const [file, text] of before) write(file, text)
  }
}

/** Texts of files after it; null: it is gone. */
const results = (
  change: Change,
  text: string,
  place: string
): ReadonlyArray<readonly [string, string | null]> => {
  switch (change.kind) {
    case "replace":
      if (text.split(change.old).length !== 2) {
        throw new Error(`${place}: ${JSON.stringify(change.old)} is not there once`)
      }
      return [[change.file, text.replace(change.old, () => change.now)]]
    case "append":
      return [[change.file, text + change.text]]
    case "add":
      return [[change.file, change.text]]
    case "delete":
      return [[change.file, null]]
    case "move":
      return [
        [change.to, text],
        [change.file, null]
      ]
  }
}
