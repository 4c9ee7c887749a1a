/**
 * Where reeve keeps its own state in supervisord mode: a place for each configuration file and each user that runs it, so that
 * several supervisors on one machine know nothing of one another, as supervisord's.
 */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, isAbsolute, join, resolve } from "node:path"
import { makeDirectories } from "./makeDirectories.ts"
import { sha256 } from "./sha256.ts"

export interface SupervisordPaths {
  readonly stateDirectory: string
  /** For what does not outlive the boot. */
  readonly runtimeDirectory: string
}

/** Names the state directory instead. Never part of a program's environment. */
export const STATE_DIRECTORY = "REEVE_STATE_DIR"

export interface SupervisordPathOptions {
  /** Absolute path of the configuration. */
  readonly file: string
  /** Who calls, and who will run it. */
  readonly uid: number
  readonly runUid: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const supervisordPaths = (options: SupervisordPathOptions): SupervisordPaths => {
  const { environment, file, runUid, uid } = options
  const named = environment[STATE_DIRECTORY]
  if (named !== undefined && named !== "") return below(resolve(named))
  const name = sha256(`${runUid} ${file}`).slice(0, 16)
  if (uid === 0) {
    return {
      stateDirectory: join("/var/lib/reeve-supervisord", name),
      runtimeDirectory: join("/run/reeve-supervisord", name)
    }
  }
  const home = absolute(environment["HOME"]) ?? "/"
  const base = absolute(environment["XDG_STATE_HOME"]) ?? join(home, ".local/state")
  const state = join(base, "reeve/supervisord", name)
  const runtime = absolute(environment["XDG_RUNTIME_DIR"])
  return runtime === null
    ? below(state)
    : { stateDirectory: state, runtimeDirectory: join(runtime, "reeve/supervisord", name) }
}

/** Where a user without a home, as many containers have, keeps it; null: the place was named, or root's can be made. */
const spare = ({ environment, file, runUid, uid }: SupervisordPathOptions) => {
  if (uid === 0 || environment[STATE_DIRECTORY]) return null
  return below(join(tmpdir(), `reeve-supervisord-${uid}`, sha256(`${runUid} ${file}`).slice(0, 16)))
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * The directories, made for their user alone; with another owner, a runtime directory below the state directory is left for
 * that user to make. Throws Node's error, or a sentence. */
export const prepareSupervisordPaths = (
  options: SupervisordPathOptions,
  owner: Owner | null
): SupervisordPaths => {
  const paths = supervisordPaths(options)
  try {
    make(paths, owner)
    return paths
  } catch (error) {
    const other = spare(options)
    if (other === null) throw error
    make(other, owner)
    // Anybody may make a directory of that name first.
    const folder = dirname(other.stateDirectory)
    const facts = lstatSync(folder)
    if (!facts.isDirectory() || facts.uid !== options.uid || (facts.mode & 0o022) !== 0) {
      throw new Error(`${folder} is not a directory that only uid ${options.uid} can write`)
    }
    return other
  }
}

const make = (
  { runtimeDirectory, stateDirectory }: SupervisordPaths,
  owner: Owner | null
): void => {
  for (const path of [stateDirectory, runtimeDirectory]) {
    // What is in a directory of the user's is made by the user: root would follow where that leads.
    if (owner !== null && dirname(path) === stateDirectory) continue
    makeDirectories(dirname(path), 0o755)
    makeDirectories(path, 0o700)
    if (owner !== null && owner.uid !== 0) giveTo(path, owner)
  }
}

/** Only an empty directory of root's, and through no link but root's: anything else would give away what is not reeve's. */
const giveTo = (path: string, { gid, uid }: Owner): void => {
  const link = lstatSync(path)
  const place = link.isSymbolicLink() && link.uid === 0 ? realpathSync(path) : path
  const directory = openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const empty = readdirSync(`/proc/self/fd/${directory}`).length === 0
    if (fstatSync(directory).uid === 0 && empty) fchownSync(directory, uid, gid)
  } finally {
    closeSync(directory)
  }
}

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants

const below = (state: string): SupervisordPaths => ({
  stateDirectory: state,
  runtimeDirectory: join(state, "run")
})

const absolute = (path: string | undefined): string | null =>
  path !== undefined && isAbsolute(path) ? path : null
