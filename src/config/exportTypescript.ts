/**
 * Writes programs and groups as a TypeScript file that evaluates to the same definitions and addresses: what `reeve
 * import` prints. Pure. Where an author may not say something that ini can, a comment above the program names it.
 */
import type { Group, Program } from "../domain/Desired.ts"
import { type Code, render } from "./typescript/Code.ts"
import { programCode } from "./typescript/programCode.ts"

export const exportTypescript = (
  programs: ReadonlyArray<Program>,
  groups: ReadonlyArray<Group>
): string => {
  const blocks: Array<string> = []
  const names = new Set<string>()
  const identifiers = new Set(reserved)
  const emit = (wanted: string, call: string, notes: ReadonlyArray<string>, code: Code): void => {
    const head = `export const ${identifier(wanted, identifiers)} = ${call}(`
    const comments = notes.map((note) => `// ${note}\n`).join("")
    blocks.push(`${comments}${head}${render(code, 0, head.length)})\n`)
  }
  for (const group of groups) {
    const members = group.programs.flatMap((name) =>
      programs.filter((program) => program.group === group.name && program.name === name)
    )
    const listed = members.map((program) => {
      const name = claimed(program, names)
      const { call, code, notes } = programCode(program, name, group.declared)
      emit(name, call, notes, code)
      return name
    })
    if (!group.declared) continue
    emit(`${group.name}Group`, "defineGroup", [], groupCode(group, listed))
  }
  const body = blocks.join("\n")
  const used = signs.filter((sign) => body.includes(sign)).map((sign) => sign.replace(/\W/, ""))
  return `${importLine(used)}\n\n${body}`
}

/** What of reeve's names a file imports shows in its text. */
const signs = [
  "defineFastCgi(",
  "defineGroup(",
  "defineListener(",
  "defineProgram(",
  "defineTask(",
  "instance.",
  "supervisordDefaults"
]

const importLine = (names: ReadonlyArray<string>): string => {
  const line = `import { ${names.join(", ")} } from "reeve"`
  return line.length <= 100 ? line : `import {\n  ${names.join(",\n  ")}\n} from "reeve"`
}

const groupCode = (group: Group, programs: ReadonlyArray<string>): Code => ({
  kind: "record",
  spread: null,
  entries: [
    ["name", text(group.name)],
    ["programs", { kind: "list", items: programs.map(text) }],
    ...(group.priority === 999
      ? []
      : [["priority", { kind: "plain", code: String(group.priority) }] as const])
  ]
})

const text = (value: string): Code => ({ kind: "text", parts: [value] })

/** In TypeScript a program is in one group only, so that its second copy needs a name of its own. */
const claimed = ({ group, name }: Program, names: Set<string>): string => {
  let own = name
  for (let count = 1; names.has(own); count += 1) {
    own = count === 1 ? `${name}-${group}` : `${name}-${group}-${count}`
  }
  names.add(own)
  return own
}

/** What may not be the name of a constant here. */
const reserved = [
  ..."await break case catch class const continue debugger default delete do else enum export".split(
    " "
  ),
  ..."extends false finally for function if import in instanceof new null return super switch".split(
    " "
  ),
  ..."this throw true try typeof var void while with yield let static implements interface".split(
    " "
  ),
  ..."package private protected public arguments eval defineProgram defineGroup instance".split(
    " "
  ),
  ..."supervisordDefaults defineListener defineFastCgi defineTask".split(" ")
]

const identifier = (name: string, taken: Set<string>): string => {
  const camel = name
    .replace(
      /[^A-Za-z0-9$_]+(.)?/g,
      (_whole, next: string | undefined) => next?.toUpperCase() ?? ""
    )
    .replace(/[^A-Za-z0-9$_]/g, "")
  const start = camel === "" ? "program" : /^[0-9]/.test(camel) ? `_${camel}` : camel
  let own = start
  for (let count = 2; taken.has(own); count += 1) own = `${start}${count}`
  taken.add(own)
  return own
}
