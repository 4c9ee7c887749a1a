/**
 * Patterns of absolute paths, as people know them: `*` and `?` inside one name, `**` for any number of directories, `[abc]`,
 * `[!abc]`, `{a,b}`, and `\` before a character that means itself. Names that begin with a dot are matched only where the
 * pattern has the dot. A pattern whose last name is plain also stands for all that is below it.
 */

export interface Glob {
  /** The directory, without special characters, in which everything that it matches lies. */
  readonly base: string
  /** Whether it names the directory of that name itself. */
  readonly names: (name: string) => boolean
  readonly matches: (path: string) => boolean
  /** Whether something that it matches may lie below that directory, or is it. */
  readonly mayHold: (directory: string) => boolean
}

/** A text in which nothing has a special meaning. */
export const literalGlob = (text: string): string => text.replace(/[\\*?[\]{}]/g, "\\$&")

/** One for each alternative of its braces. */
export const compileGlobs = (pattern: string): ReadonlyArray<Glob> =>
  alternatives(pattern).map(compile)

type Step = "**" | { readonly plain: string | null; readonly expression: RegExp }

const compile = (pattern: string): Glob => {
  const steps = stepsOf(pattern)
  const last = steps.at(-1)
  const isOpen = last !== undefined && last !== "**" && last.plain !== null
  const all: ReadonlyArray<Step> = isOpen ? [...steps, "**"] : steps
  const literal: Array<string> = []
  for (const step of steps.slice(0, -1)) {
    if (step === "**" || step.plain === null) break
    literal.push(step.plain)
  }
  const names = new Set(steps.flatMap((step) => (step === "**" ? [] : (step.plain ?? []))))
  return {
    base: `/${literal.join("/")}`,
    names: (name) => names.has(name),
    matches: (path) => {
      const parts = partsOf(path)
      return fits(steps, parts) || (isOpen && fits(all, parts))
    },
    mayHold: (directory) => leads(all, partsOf(directory))
  }
}

const partsOf = (path: string): ReadonlyArray<string> =>
  path.split("/").filter((part) => part !== "")

/** `**` at the end stands for one name at least, elsewhere for none or more. */
const fits = (
  steps: ReadonlyArray<Step>,
  parts: ReadonlyArray<string>,
  at = 0,
  from = 0
): boolean => {
  const step = steps[at]
  const part = parts[from]
  if (step === undefined) return part === undefined
  if (step !== "**") {
    return part !== undefined && isName(step, part) && fits(steps, parts, at + 1, from + 1)
  }
  if (at < steps.length - 1 && fits(steps, parts, at + 1, from)) return true
  if (part === undefined || part.startsWith(".")) return false
  return at === steps.length - 1 && from === parts.length - 1
    ? true
    : fits(steps, parts, at, from + 1)
}

/** Whether the path is as far as it goes. */
const leads = (
  steps: ReadonlyArray<Step>,
  parts: ReadonlyArray<string>,
  at = 0,
  from = 0
): boolean => {
  const step = steps[at]
  const part = parts[from]
  if (part === undefined) return true
  if (step === undefined) return false
  if (step !== "**") return isName(step, part) && leads(steps, parts, at + 1, from + 1)
  return (
    leads(steps, parts, at + 1, from) ||
    (!part.startsWith(".") && leads(steps, parts, at, from + 1))
  )
}

const isName = (step: Exclude<Step, "**">, part: string): boolean =>
  step.plain === null ? step.expression.test(part) : step.plain === part

const stepsOf = (pattern: string): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  for (const part of pattern.split("/")) {
    if (part === "" || (part === "**" && steps.at(-1) === "**")) continue
    steps.push(part === "**" ? "**" : stepOf(part))
  }
  return steps
}

const stepOf = (part: string): Step => {
  let source = part.startsWith(".") || part.startsWith("\\.") ? "" : "(?!\\.)"
  let plain: string | null = ""
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at)
    const set = character === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(part.slice(at)) : null
    if (set !== null) {
      const [whole, not = "", members = ""] = set
      source += `[${not === "" ? "" : "^"}${members.replace(/[\\\]^[]/g, "\\$&")}]`
      at += whole.length - 1
      plain = null
    } else if (character === "*" || character === "?") {
      source += character === "*" ? ".*" : "."
      plain = null
    } else {
      if (character === "\\" && at < part.length - 1) at += 1
      const meant = part.charAt(at)
      source += meant.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
      if (plain !== null) plain += meant
    }
  }
  return { plain, expression: expressionOf(source) }
}

/** A set with an inverted range (`[z-a]`) matches nothing. */
const expressionOf = (source: string): RegExp => {
  try {
    return new RegExp(`^${source.replace(/(?:\.\*){2,}/g, ".*")}$`, "s")
  } catch {
    return /^(?!)/
  }
}

/** The most alternatives of one pattern; with more its braces are plain characters. */
const mostAlternatives = 256

const alternatives = (pattern: string): ReadonlyArray<string> => {
  let open: ReadonlyArray<string> = [pattern]
  const done: Array<string> = []
  while (open.length > 0) {
    if (open.length + done.length > mostAlternatives) return [literalBraces(pattern)]
    open = open.flatMap((text) => {
      const parts = firstBraces(text)
      if (parts !== null) return parts
      done.push(text)
      return []
    })
  }
  return done
}

const literalBraces = (pattern: string): string => pattern.replace(/[{}]/g, "\\$&")

/** The innermost pair that holds a comma. */
const firstBraces = (text: string): ReadonlyArray<string> | null => {
  const found = /(?<!\\)\{((?:[^{}\\]|\\.)*,(?:[^{}\\]|\\.)*)\}/s.exec(text)
  if (found === null) return null
  const [whole, inside = ""] = found
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + whole.length)
  return inside.split(/(?<!\\),/).map((one) => `${before}${one}${after}`)
}
