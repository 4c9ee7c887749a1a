/**
 * What the kernel would refuse after the fork with a bare errno: a script whose interpreter is not there, or a text that
 * says no interpreter (execve(2), "Interpreter scripts"). A file that reeve may not read is left to the kernel.
 */
import * as Effect from "effect/Effect"
import { repr } from "../../core/ini/pythonText.ts"
import { type FileFacts, Files } from "../../os/Files.ts"
import { LaunchRefused } from "../Launcher.ts"
import type { Identity } from "./identity.ts"
import { from } from "./resolveCommand.ts"

/** How much of a file the kernel looks at (BINPRM_BUF_SIZE). */
const LOOKED_AT = 256
/** Formats that an administrator registered besides; the directory always has these two entries. */
const REGISTERED = "/proc/sys/fs/binfmt_misc"
const ALWAYS_REGISTERED = ["register", "status"]

/** Whether it is a script; false too where that cannot be known. */
export const checkInterpreter = Effect.fnUntraced(function* (
  file: string,
  directory: string,
  identity: Identity
) {
  const files = yield* Files
  const bytes = yield* files
    .head(from(directory, file), LOOKED_AT)
    .pipe(Effect.orElseSucceed((): Uint8Array | null => null))
  if (bytes === null || startsWith(bytes, [0x7f, 0x45, 0x4c, 0x46])) return false
  if (!startsWith(bytes, [0x23, 0x21])) {
    const registered = yield* files
      .list(REGISTERED)
      .pipe(Effect.orElseSucceed((): ReadonlyArray<string> => []))
    if (registered.some((name) => !ALWAYS_REGISTERED.includes(name))) return false
    return yield* refused(file, "ENOEXEC (neither a program nor a script with a #! line)")
  }
  const interpreter = interpreterOf(bytes)
  if (interpreter === "") return yield* refused(file, "ENOEXEC (its #! line names no interpreter)")
  const path = from(directory, interpreter)
  const facts = yield* files.stat(path).pipe(Effect.orElseSucceed((): FileFacts | null => null))
  const said = `its interpreter ${repr(interpreter)}`
  if (facts === null) {
    const hint = interpreter.endsWith("\r") ? "; the file has Windows line ends" : ""
    return yield* refused(file, `${said} does not exist${hint}`)
  }
  if (facts.kind === "directory" || !(yield* files.canExecute(path, identity.actor))) {
    return yield* refused(file, `${said} is not executable`)
  }
  return true
})

/** The first word after `#!`; a line break or the 256th byte ends it. */
const interpreterOf = (bytes: Uint8Array): string => {
  const [line = ""] = new TextDecoder().decode(bytes).slice(2).split("\n")
  return line.replace(/^[ \t]+/, "").split(/[ \t\0]/)[0] ?? ""
}

const startsWith = (bytes: Uint8Array, magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

const refused = (file: string, reason: string) =>
  new LaunchRefused({ kind: "spawn", text: `couldn't exec ${file}: ${reason}` })
