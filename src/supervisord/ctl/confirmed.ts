/** Asks before what cannot be taken back; outside a shell nobody is asked. */
import { ClientError } from "../../core/ctl/ClientError.ts"
import type { Ctl } from "./Ctl.ts"

export const confirmed = async (ctl: Ctl, question: string): Promise<boolean> => {
  if (!ctl.interactive) return true
  const answer = await ctl.io.readLine(question)
  if (answer === null) throw endOfInput()
  return answer.toLowerCase().startsWith("y")
}

export const endOfInput = (message = "EOF when reading a line"): ClientError =>
  new ClientError("EOFError", message)
