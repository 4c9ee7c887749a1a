/**
 * The values of XML-RPC as supervisord speaks it (supervisord.md 4.1). What comes in is text or data of these kinds; base64 is
 * text already. What goes out has no doubles, dates or nil.
 */
export type XmlRpcValue =
  | string
  | boolean
  /** An int; always a whole number. */
  | number
  | ReadonlyArray<XmlRpcValue>
  | ReadonlyMap<string, XmlRpcValue>
  | XmlRpcOther

/** Kinds that only clients send, and text that is XML already (outgoing only: the inside of a `<value>`). */
export type XmlRpcOther =
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "dateTime"; readonly text: string }
  | { readonly kind: "xml"; readonly text: string }

/** supervisord.md 4.2. `code` also numbers the rows of results. */
export const faults = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92
} as const
export type FaultName = keyof typeof faults
