/** `[inet_http_server…]` and `[unix_http_server…]` (supervisord.md 1.9), in the order in which supervisord opens them. */
import * as Result from "effect/Result"
import type { HttpServerSettings } from "../../domain/SupervisordConfig.ts"
import type { Findings } from "./Findings.ts"
import type { IniContext } from "./IniContext.ts"
import type { IniDocument } from "./IniDocument.ts"
import { inetAddress } from "./inetAddress.ts"
import { normalPath } from "./pathTypes.ts"
import { namesOf } from "./percentFormat.ts"
import { strip } from "./pythonText.ts"
import { type SectionReader, sectionReader } from "./SectionReader.ts"
import { ownerNamed } from "./userAndGroup.ts"
import { octal } from "./valueTypes.ts"

/** `environ` holds `ENV_…` names. What is wrong with a server leaves it out. */
export const readServers = (
  document: IniDocument,
  context: IniContext,
  environ: ReadonlyMap<string, string>,
  findings: Findings
): ReadonlyArray<HttpServerSettings> => {
  const startingWith = (start: string) =>
    [...document.sections.values()]
      .filter(({ name }) => name.startsWith(start))
      .map((section) => sectionReader(document, section, findings))
  const inet = startingWith("inet_http_server").map((reader) => readInet(reader, environ))
  const unix = startingWith("unix_http_server").map((reader) => readUnix(reader, context, environ))
  return [...inet, ...unix].filter((server) => server !== null)
}

const readInet = (
  reader: SectionReader,
  environ: ReadonlyMap<string, string>
): HttpServerSettings | null => {
  const names = namesOf(environ)
  const { name: section } = reader.section
  const authentication = readAuthentication(reader, environ)
  const address = reader.value("port", names, inetAddress, null)
  if (reader.raw("port") === null) reader.fail("port", `section [${section}] has no port value`)
  return address === null ? null : { kind: "inet", section, ...authentication, ...address }
}

const readUnix = (
  reader: SectionReader,
  context: IniContext,
  environ: ReadonlyMap<string, string>
): HttpServerSettings | null => {
  const names = namesOf(environ)
  const { name: section } = reader.section
  const file = reader.text("file", namesOf(new Map([["here", context.here]]), environ))
  if (reader.raw("file") === null) reader.fail("file", `section [${section}] has no file value`)
  const authentication = readAuthentication(reader, environ)
  const owner = reader.value(
    "chown",
    names,
    (text) =>
      Result.mapError(ownerNamed(text, context.facts), () => `Invalid sockchown value ${text}`),
    null
  )
  const mode = reader.value(
    "chmod",
    names,
    (text) => Result.mapError(octal(text), () => `Invalid chmod value ${text}`),
    0o700
  )
  if (file === null) return null
  const path = normalPath(strip(file), context)
  return { kind: "unix", section, ...authentication, file: path, mode, owner }
}

const readAuthentication = (reader: SectionReader, environ: ReadonlyMap<string, string>) => {
  const names = namesOf(environ)
  const username = reader.text("username", names)
  const password = reader.text("password", names)
  if ((reader.raw("username") === null) !== (reader.raw("password") === null)) {
    reader.fail(
      reader.raw("username") === null ? "password" : "username",
      `Section [${reader.section.name}] contains incomplete authentication: If a username or a ` +
        "password is specified, both the username and password must be specified"
    )
  }
  return { username, password }
}

/** What programs get as SUPERVISOR_SERVER_URL: the first unix server, else the first other one; null: there is none. */
export const serverUrl = (servers: ReadonlyArray<HttpServerSettings>): string | null => {
  for (const server of servers) if (server.kind === "unix") return `unix://${server.file}`
  for (const server of servers) {
    if (server.kind === "inet") return `http://${server.host || "localhost"}:${server.port}`
  }
  return null
}
