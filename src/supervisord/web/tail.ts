/** `/tail.html`: the end of a process's stdout log. */
import * as Effect from "effect/Effect"
import type { Rpc } from "../Rpc.ts"
import { unexpected } from "./act.ts"
import type { Form } from "./Form.ts"
import { tailPage } from "./pages.ts"

const LEAST = 1024
/** The page is made in memory, and so is the browser's; whole logs are read by other ways. */
const MOST = 1024 * 1024
const NO_FILE = 20

export const tail = (rpc: Rpc["Service"], { processname, limit }: Form): Effect.Effect<string> => {
  const asked = limit !== null && /^\d+$/u.test(limit) ? Number(limit) : LEAST
  const bytes = Math.min(MOST, Math.max(LEAST, asked))
  const page = (text: string) => tailPage({ process: processname, text, limit: bytes })
  if (processname === null) return Effect.succeed(page("No process name found"))
  return Effect.match(rpc.call("supervisor.readProcessStdoutLog", [processname, -bytes, 0]), {
    onSuccess: (text) => page(typeof text === "string" ? text : ""),
    onFailure: (fault) =>
      page(fault.code === NO_FILE ? `No file for ${processname}` : `ERROR: ${unexpected(fault)}`)
  })
}
