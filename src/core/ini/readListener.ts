/** What `[eventlistener:x]` has besides a program's keys (supervisord.md 1.13), in supervisord's order. */
import type { ListenerSettings } from "../../domain/Definition.ts"
import { eventTypes } from "../../domain/ListenerEvent.ts"
import { namesCode } from "./namesCode.ts"
import type { Names } from "./percentFormat.ts"
import type { SectionReader } from "./SectionReader.ts"
import { boolean, integer, stringList } from "./valueTypes.ts"

/** The one handler that reeve has, as supervisord names it. */
const builtInHandler = "supervisor.dispatchers:default_handler"

export interface ReadListener {
  /** Of the pool; its processes have one of their own. */
  readonly priority: number
  readonly settings: ListenerSettings
}

export const readListener = (reader: SectionReader, names: Names): ReadListener => {
  const where = `[${reader.section.name}]`
  const priority = reader.value("priority", names, integer, -1)
  const bufferSize = reader.value("buffer_size", names, integer, 10)
  if (bufferSize < 1) {
    reader.fail("buffer_size", `${where} section sets invalid buffer_size (${bufferSize})`)
  }
  const handler = reader.text("result_handler", names) ?? builtInHandler
  if (!namesCode(handler, builtInHandler)) {
    // What supervisord says of Python code that it cannot load.
    reader.fail("result_handler", `${handler} cannot be resolved within ${where}`)
  }
  const events = readEvents(reader, names, where)
  if (reader.value("redirect_stderr", names, boolean, false)) {
    reader.fail(
      "redirect_stderr",
      `${where} section sets redirect_stderr=true but this is not allowed because it will ` +
        "interfere with the eventlistener protocol"
    )
  }
  return { priority, settings: { events, bufferSize: Math.max(1, bufferSize) } }
}

const known: ReadonlySet<string> = new Set(eventTypes)

const readEvents = (reader: SectionReader, names: Names, where: string): ReadonlyArray<string> => {
  const written = reader.text("events", names)
  const listed = [...new Set(stringList(written ?? "").map((name) => name.toUpperCase()))]
  if (listed.length === 0 && (written !== null || reader.raw("events") === null)) {
    reader.fail("events", `${where} section requires an "events" line`)
  }
  const unknown = listed.find((name) => !known.has(name))
  if (unknown !== undefined) {
    reader.fail("events", `Unknown event type ${unknown} in ${where} events`)
  }
  return listed
}
