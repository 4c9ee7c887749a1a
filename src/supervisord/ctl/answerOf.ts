/** Calls whose faults the actions tell in words of their own. */
import { FaultError } from "../../core/ctl/ClientError.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"

export type Answer =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly fault: FaultError }

/** Any other trouble is thrown on. */
export const answerOf = async (call: Promise<XmlRpcValue>): Promise<Answer> => {
  try {
    return { kind: "value", value: await call }
  } catch (error) {
    if (error instanceof FaultError) return { kind: "fault", fault: error }
    throw error
  }
}
