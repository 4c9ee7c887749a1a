/**
 * Patterns of absolute paths, as people know them: `*` and `?` inside one name, `**` for any number of directories, `[abc]`,
 * `[!abc]`, `{a,b}`, and `\` before a character that means itself. Names that begin with a dot are matched only where the
 * pattern has the dot. A pattern whose last name is plain also stands for all that is below it. picomatch says what matches;
 * where to look, and which directories need no look, is found out here.
 */
import picomatch from "picomatch/posix.js"

export interface Glob {
  /** The directory, without special characters, in which everything that it matches lies. */
  readonly base: string
  /** Whether it names the directory of that name itself. */
  readonly names: (name: string) => boolean
  readonly matches: (path: string) => boolean
  /** Whether something that it matches may lie below that directory, or is it. */
  readonly mayHold: (directory: string) => boolean
}

/** One for each alternative of its braces. */
export const compileGlobs = (pattern: string): ReadonlyArray<Glob> =>
  alternatives(pattern).map(compile)

/** One name of a pattern; `plain`: what it says where nothing in it is special. */
interface Step {
  readonly text: string
  readonly plain: string | null
  readonly matches: (name: string) => boolean
}

const compile = (pattern: string): Glob => {
  const steps = pattern
    .split("/")
    .flatMap((text) => (text === "" || text === "." ? [] : stepOf(text)))
  const isOpen = (steps.at(-1)?.plain ?? null) !== null
  // Without the slash in front: a `**` there may stand for nothing only at the beginning.
  const path = steps.map(({ text }) => text).join("/")
  const isMatch = matcherOf(isOpen ? [path, `${path}/**`] : [path])
  const literal = steps.slice(0, -1)
  const special = literal.findIndex(({ plain }) => plain === null)
  const inBase = special === -1 ? literal : literal.slice(0, special)
  const names = new Set(steps.map(({ plain }) => plain))
  const all = isOpen ? [...steps, anyDepth] : steps
  return {
    base: `/${inBase.map(({ plain }) => plain).join("/")}`,
    names: (name) => names.has(name),
    matches: (given) => isMatch(given.slice(1)),
    mayHold: (directory) =>
      leads(
        all,
        directory.split("/").filter((name) => name !== "")
      )
  }
}

/**
 * `posix`: `[!abc]`; `strictSlashes`: `a/**` is not `a` itself; `flags`: a name may hold a line break. The rest is syntax that
 * patterns do not have.
 */
const options: picomatch.PicomatchOptions = {
  posix: true,
  strictSlashes: true,
  flags: "s",
  nobrace: true,
  noextglob: true,
  nonegate: true
}

/** Stands for a backslash that means itself: picomatch never ends with four of them at the end (4.0.7), and has none in sets. */
const backslash = "\uffff"

/** What picomatch refuses, being empty or longer than it takes, matches nothing. */
const matcherOf = (patterns: Array<string>): ((path: string) => boolean) => {
  try {
    const isMatch = picomatch(patterns, options)
    return (path) => isMatch(path.replaceAll("\\", backslash))
  } catch {
    return () => false
  }
}

const stepOf = (given: string): Step => {
  if (given === "**") return anyDepth
  const text = guarded(given)
  if (/^(?:\\.|[^\\*?[])*$/s.test(text)) {
    const plain = text.replace(/\\(.)/gs, "$1").replaceAll(backslash, "\\")
    return { text, plain, matches: (name) => name === plain }
  }
  return { text, plain: null, matches: matcherOf([text]) }
}

const anyDepth: Step = { text: "**", plain: null, matches: (name) => !name.startsWith(".") }

/**
 * What is special to picomatch alone means itself: brackets, quotes, braces that are left. Within a name several stars are as
 * one, and a set in front does not stand for a dot.
 */
const guarded = (text: string): string => {
  const bare = text.replace(/\\.|\[[!^]?\]?[^\]]*\]|\*+|[[(){}|"+@$\\]/gs, (found) => {
    if (found === "\\" || found === "\\\\") return backslash
    if (found.startsWith("*")) return "*"
    if (found.startsWith("[")) return found.replaceAll("\\", backslash)
    return found.length > 1 ? found : `\\${found}`
  })
  return bare.startsWith("[") ? `(?!\\.)${bare}` : bare
}

/** Whether the path is as far as it goes. */
const leads = (
  steps: ReadonlyArray<Step>,
  names: ReadonlyArray<string>,
  at = 0,
  from = 0
): boolean => {
  const step = steps[at]
  const name = names[from]
  if (name === undefined) return true
  if (step === undefined) return false
  const onward = step.matches(name)
  if (step !== anyDepth) return onward && leads(steps, names, at + 1, from + 1)
  return leads(steps, names, at + 1, from) || (onward && leads(steps, names, at, from + 1))
}

/** The most alternatives of one pattern; with more its braces are plain characters. */
const mostAlternatives = 256

const alternatives = (pattern: string): ReadonlyArray<string> => {
  let open: ReadonlyArray<string> = [pattern]
  const done: Array<string> = []
  while (open.length > 0) {
    if (open.length + done.length > mostAlternatives) return [pattern]
    open = open.flatMap((text) => {
      const parts = firstBraces(text)
      if (parts !== null) return parts
      done.push(text)
      return []
    })
  }
  return done
}

/** The innermost pair that holds a comma. */
const firstBraces = (text: string): ReadonlyArray<string> | null => {
  const found = /(?<!\\)\{((?:[^{}\\]|\\.)*,(?:[^{}\\]|\\.)*)\}/s.exec(text)
  if (found === null) return null
  const [whole, inside = ""] = found
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + whole.length)
  return inside.split(/(?<!\\),/).map((one) => `${before}${one}${after}`)
}
