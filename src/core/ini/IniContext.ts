/** What the meaning of an ini file depends on besides its text. Interpretation asks nothing of the machine but this. */

import type { SupervisordFlags } from "../supervisordFlags.ts"

export interface UserFact {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Answers about the machine, for names that are only known while a file is interpreted. */
export interface Facts {
  /** By name, or by a uid in decimals; null: no such user. */
  readonly findUser: (nameOrUid: string) => UserFact | null
  /** By name, or by a gid in decimals; null: no such group. */
  readonly findGroup: (nameOrGid: string) => number | null
  /** Of an absolute path. */
  readonly isDirectory: (path: string) => boolean
}

export interface IniContext {
  /** Absolute path of the main file. */
  readonly file: string
  /** `%(here)s`: the directory of the main file. */
  readonly here: string
  /** `%(host_node_name)s` */
  readonly hostname: string
  /** Where relative paths begin: the directory that reeve was started in. */
  readonly directory: string
  /** The environment that reeve was started with: `%(ENV_…)s`. */
  readonly environment: ReadonlyMap<string, string>
  /** What `~` stands for; null: unknown. */
  readonly home: string | null
  /** The command line of `reeve supervisord`; null: the file is one of reeve's own entries. */
  readonly flags: SupervisordFlags | null
  /** Whether a configuration without `[supervisord]` is an error, as it is for supervisord. */
  readonly requireSupervisord: boolean
  readonly facts: Facts
}

/** A relative path from the directory that reeve was started in; nothing else of it is changed. */
export const absolutePath = (path: string, { directory }: Pick<IniContext, "directory">): string =>
  path.startsWith("/") ? path : `${directory === "/" ? "" : directory}/${path}`

/** `os.path.expanduser`: `~` and `~name` at the beginning; unchanged where the user is not known. */
export const expandUser = (
  path: string,
  { facts, home }: Pick<IniContext, "facts" | "home">
): string => {
  if (!path.startsWith("~")) return path
  const slash = path.indexOf("/")
  const end = slash < 0 ? path.length : slash
  const name = path.slice(1, end)
  const found = name === "" ? null : facts.findUser(name)
  const start = name === "" ? home : found?.name === name ? found.home : null
  if (start === null) return path
  return start.replace(/\/+$/, "") + path.slice(end) || "/"
}

/** The directory that a path names its file in, as `os.path.dirname` gives it; empty for a bare name. */
export const directoryOf = (path: string): string => {
  const head = path.slice(0, path.lastIndexOf("/") + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, "")
}
