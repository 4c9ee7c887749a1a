/**
 * Which files a program is to be restarted for (`watch`), and which it reads anew (`reload.on`). Left out are what an `!` pattern
 * matches, `node_modules` and names that begin with a dot unless a pattern has them, backups of editors (`name~`), and the
 * program's own log files.
 */
import type { Definition } from "../domain/Definition.ts"
import { compileGlobs } from "./globMatch.ts"

export interface WatchRules {
  /** Where to look; none lies in another. */
  readonly bases: ReadonlyArray<string>
  readonly matches: (path: string) => boolean
  /** Whether there may be such files below a directory. */
  readonly mayHold: (directory: string) => boolean
}

export const watchRules = (watch: ReadonlyArray<string>, logs: Definition["logs"]): WatchRules => {
  const wanted = watch.filter((pattern) => !pattern.startsWith("!")).flatMap(compileGlobs)
  const unwanted = watch
    .filter((pattern) => pattern.startsWith("!"))
    .flatMap((pattern) => compileGlobs(pattern.slice(1)))
  const ownLogs = logFiles(logs)
  const isLeftOut = (path: string): boolean =>
    path.endsWith("~") ||
    ownLogs.some(
      (log) => path === log || (/^\.\d+$/.test(path.slice(log.length)) && path.startsWith(log))
    ) ||
    unwanted.some((glob) => glob.matches(path))
  const reaches = (path: string, names: (name: string) => boolean): boolean =>
    !path.split("/").includes(installed) || names(installed)
  return {
    bases: outermost(wanted.map(({ base }) => base)),
    matches: (path) =>
      wanted.some((glob) => glob.matches(path) && reaches(path, glob.names)) && !isLeftOut(path),
    mayHold: (directory) =>
      wanted.some((glob) => glob.mayHold(directory) && reaches(directory, glob.names)) &&
      !unwanted.some((glob) => glob.matches(directory) && glob.matches(`${directory}/x`))
  }
}

/** A file for which it is restarted is read by the next process: that outranks the signal. */
export const reloadRules = ({
  logs,
  reload,
  watch
}: Pick<Definition, "logs" | "reload" | "watch">): WatchRules => {
  const rules = watchRules(reload?.on ?? [], logs)
  const restarts = watchRules(watch, logs)
  return { ...rules, matches: (path) => rules.matches(path) && !restarts.matches(path) }
}

const installed = "node_modules"

const logFiles = ({ stderr, stdout }: Definition["logs"]): ReadonlyArray<string> =>
  [stdout, stderr].flatMap((sink) =>
    typeof sink === "string" || typeof sink.file === "string" ? [] : [sink.file.path]
  )

/** Those that lie in no other. */
export const outermost = (directories: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const directory of [...new Set(directories)].sort()) {
    if (!found.some((outer) => isIn(directory, outer))) found.push(directory)
  }
  return found
}

export const isIn = (path: string, directory: string): boolean =>
  path === directory || directory === "/" || path.startsWith(`${directory}/`)
