/**
 * Pieces of log files by supervisord's rules (supervisord.md 4.4). Offsets and lengths are bytes; a piece that begins or ends
 * within a character has a replacement character there, where supervisord answers with HTTP 500 (G24).
 */
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { onceThere } from "../../logs/onceThere.ts"
import { type OpenFile, withOpenFile } from "../../os/readRange.ts"
import type { RpcFault } from "../Rpc.ts"
import { fault } from "./fault.ts"

/** Bytes of one answer: nobody may fill the memory by asking for a log of gigabytes. */
const answerBytes = 64 * 1024 * 1024

/** `path` null: there is no file. */
export const readLog = (
  path: string | null,
  offset: number,
  length: number
): Effect.Effect<XmlRpcValue, RpcFault> =>
  Effect.gen(function* () {
    if (path === null) return yield* fault("NO_FILE")
    const found = yield* readThere(path, (file) =>
      Effect.result(Effect.map(pieceOf(file, offset, length), decode))
    )
    if (found === null) return yield* fault("NO_FILE", path)
    return yield* Effect.fromResult(found)
  })

/** `[text, size, overflow]`; a file that is not there is empty. */
export const tailLog = (
  path: string | null,
  offset: number,
  length: number
): Effect.Effect<XmlRpcValue> =>
  Effect.gen(function* () {
    if (path === null) return ["", 0, false]
    const found = yield* readThere(path, (file) => {
      const { from, overflow, want } = tailOf(file.size, offset, length)
      // What an answer cannot hold is left out in front: a tail is about the end.
      const skipped = Math.max(0, want - answerBytes)
      const read = want === 0 ? Effect.succeed(nothing) : file.read(from + skipped, want - skipped)
      return Effect.map(read, (bytes): XmlRpcValue => [decode(bytes), file.size, overflow])
    })
    return found ?? ["", 0, false]
  })

const readThere = <A>(path: string, use: (file: OpenFile) => Effect.Effect<A>) =>
  onceThere(withOpenFile(path, use))

const nothing = new Uint8Array()

const pieceOf = (
  file: OpenFile,
  offset: number,
  length: number
): Effect.Effect<Uint8Array, RpcFault> => {
  if (length < 0 || (offset < 0 && length !== 0)) return Effect.fail(fault("BAD_ARGUMENTS"))
  const from = offset < 0 ? Math.max(0, file.size + offset) : offset
  const rest = Math.max(0, file.size - from)
  const want = length === 0 ? rest : Math.min(rest, length)
  if (want > answerBytes) {
    const text = `${want} bytes are too many for one answer, at most ${answerBytes} can be read`
    return Effect.fail(fault("FAILED", text))
  }
  return want === 0 ? Effect.succeed(nothing) : file.read(from, want)
}

const tailOf = (size: number, offset: number, length: number) => {
  const overflow = size > offset + length
  let from = overflow ? size - 1 : offset
  let want = length
  if (from + want > size) {
    if (from > size - 1) want = 0
    from = size - want
  }
  want = Math.max(0, want)
  from = Math.max(0, from)
  return { from, want: Math.min(want, Math.max(0, size - from)), overflow }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const decode = (bytes: Uint8Array): string => decoder.decode(bytes)
