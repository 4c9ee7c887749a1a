import { repr } from "../../core/ini/pythonText.ts"
import type { SpawnFailure } from "../../os/Spawner.ts"

/**
 * The text of a failed spawn (supervisord.md 2.6, lower rows). `name`: the instance's own, without its group. Where a log
 * file cannot be opened the path follows supervisord's words, which leave it out.
 */
export const spawnFailureText = (
  name: string,
  failure: Pick<SpawnFailure, "call" | "errno" | "detail">
): string => {
  const { call, detail, errno } = failure
  if (errno === "EMFILE") return `too many open files to spawn ${repr(name)}`
  if (call === "pipe")
    return `unknown error making dispatchers for ${repr(name)}: ${errno} (${detail})`
  if (call === "open") return `couldn't open ${detail}: ${errno}`
  if (call === "users") return `couldn't setuid: ${detail}`
  if (errno === "EAGAIN") return `Too many processes in process table to spawn ${repr(name)}`
  if (errno === "ENOTSUP" || errno === "EINVAL") return detail
  if (ofExec.has(errno)) return `couldn't exec ${detail}: ${errno}`
  return `unknown error during fork for ${repr(name)}: ${errno}`
}

/** What execve(2) says of the file or its words; the others come from making the process. */
const ofExec = new Set([
  "E2BIG",
  "EACCES",
  "EISDIR",
  "ELIBBAD",
  "ELOOP",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOEXEC",
  "ENOTDIR",
  "EPERM",
  "ETXTBSY"
])
