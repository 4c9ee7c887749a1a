/** The types of values that name directories (supervisord.md 1.4), with supervisord's texts of what is wrong. */
import * as Result from "effect/Result"
import { absolutePath, directoryOf, expandUser, type IniContext } from "./IniContext.ts"
import type { Read } from "./valueTypes.ts"

export type PathContext = Pick<IniContext, "directory" | "home" | "facts">

/** A path whose directory exists, with `~` expanded; a bare name passes. */
export const existingPath = (text: string, context: PathContext): Read<string> => {
  const path = expandUser(text, context)
  const directory = directoryOf(path)
  if (directory === "" || context.facts.isDirectory(absolutePath(directory, context))) {
    return Result.succeed(path)
  }
  return Result.fail(`The directory named as part of the path ${text} does not exist`)
}

/** A directory that exists, with `~` expanded. */
export const existingDirectory = (text: string, context: PathContext): Read<string> => {
  const path = expandUser(text, context)
  // Nothing is no directory, although joined to one it would be.
  return path !== "" && context.facts.isDirectory(absolutePath(path, context))
    ? Result.succeed(path)
    : Result.fail(`${text} is not an existing directory`)
}

/** `os.path.normpath(os.path.abspath(os.path.expanduser(path)))` */
export const normalPath = (text: string, context: PathContext): string =>
  withoutDots(absolutePath(expandUser(text, context), context))

/** Of an absolute path. Two slashes at its beginning stay two, as POSIX allows them a meaning. */
export const withoutDots = (path: string): string => {
  const start = /^\/\/(?!\/)/.test(path) ? "//" : "/"
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === "..") parts.pop()
    else parts.push(part)
  }
  return start + parts.join("/")
}
