/**
 * What a configuration means: programs and groups, and all that is wrong with it. Pure: what must be known of the
 * machine comes with the context.
 */
import * as Result from "effect/Result"
import type { Problem } from "../../domain/Problem.ts"
import type { SupervisordConfig, SupervisordSettings } from "../../domain/SupervisordConfig.ts"
import { didYouMean } from "../didYouMean.ts"
import { type Findings, makeFindings } from "./Findings.ts"
import type { IniContext } from "./IniContext.ts"
import { type DocumentSection, type IniDocument, valueOf } from "./IniDocument.ts"
import { isKnownAnywhere, keysOf } from "./knownKeys.ts"
import { type IniGroup, readGroups } from "./readGroups.ts"
import {
  noRpcInterfaces,
  type RpcInterfaces,
  readRpcInterfaces,
  refuseOverloaded
} from "./readRpcInterfaces.ts"
import { readServers } from "./readServers.ts"
import { readSupervisord, type UnresolvedSettings } from "./readSupervisord.ts"
import { userNamed } from "./userAndGroup.ts"

export interface Interpreted {
  readonly groups: ReadonlyArray<IniGroup>
  /** Null: the file is one of reeve's own entries. */
  readonly supervisord: InterpretedDaemon | null
  /** The warnings that supervisord itself logs. */
  readonly notices: ReadonlyArray<string>
  /** In supervisord's order: the first error is the one that it would print. */
  readonly problems: ReadonlyArray<Problem>
}

export type InterpretedDaemon = Pick<SupervisordConfig, "settings" | "servers" | "rpcInterface">

export const interpret = (document: IniDocument, context: IniContext): Interpreted => {
  const findings = makeFindings()
  if (context.requireSupervisord && !document.sections.has("supervisord")) {
    const start = { file: context.file, line: 1, column: 1 }
    findings.error(start, ".ini file does not include supervisord section")
  }
  const start = new Map(
    [...context.environment].map(([name, value]) => [`ENV_${name}`, value] as const)
  )
  const { environment, settings, stripAnsi } = readSupervisord(document, context, start, findings)
  const set = [...environment].map(([name, value]) => [`ENV_${name}`, value] as const)
  const environ = new Map([...start, ...set])
  const rpc = settings === null ? noRpcInterfaces : readRpcInterfaces(document, environ, findings)
  const groups = readGroups({
    document,
    context,
    findings,
    environ,
    globals: environment,
    stripAnsi
  })
  const supervisord =
    settings === null ? null : readDaemon({ document, context, environ, findings }, settings, rpc)
  warnOfUnknown(document, context, findings)
  const { notices, problems } = findings
  return { groups, supervisord, notices, problems }
}

interface Reading {
  readonly document: IniDocument
  readonly context: IniContext
  readonly environ: ReadonlyMap<string, string>
  readonly findings: Findings
}

const readDaemon = (
  { context, document, environ, findings }: Reading,
  settings: UnresolvedSettings,
  rpc: RpcInterfaces
): InterpretedDaemon => {
  const servers = readServers(document, context, environ, findings)
  const user = resolveUser(settings.user, document, context, findings)
  if (servers.length > 0) refuseOverloaded(rpc, findings)
  return { settings: { ...settings, user }, servers, rpcInterface: rpc.supervisor }
}

/** Without section and file in its error, as supervisord looks it up when all else is read. */
const resolveUser = (
  written: string | null,
  document: IniDocument,
  context: IniContext,
  findings: Findings
): SupervisordSettings["user"] => {
  if (written === null) return null
  const found = userNamed(written, context.facts)
  if (Result.isSuccess(found)) {
    const { gid, name, uid } = found.success
    return { uid, gid, name }
  }
  const section = document.sections.get("supervisord")
  const value = section === undefined ? null : valueOf(document, section, "user")
  const start = { file: context.file, line: 1, column: 1 }
  findings.error(value?.at ?? section?.at ?? start, found.failure)
  return null
}

const warnOfUnknown = (document: IniDocument, { flags }: IniContext, findings: Findings): void => {
  for (const section of document.sections.values()) {
    if (flags === null && server.test(section.name)) {
      findings.warning(
        section.at,
        `[${section.name}] only counts with reeve supervisord; here it opens no server`
      )
    }
    warnInSection(section, findings)
  }
  for (const [key, { keyAt }] of document.defaults) {
    if (!isKnownAnywhere(key)) findings.warning(keyAt, ignored("[DEFAULT]", key))
  }
}

const server = /^(unix|inet)_http_server/

const warnInSection = (section: DocumentSection, findings: Findings): void => {
  const keys = keysOf(section.name)
  if (keys === undefined) {
    const lower = section.name.toLowerCase()
    const known = keysOf(lower) !== undefined
    findings.warning(
      section.at,
      `supervisord knows no section [${section.name}]; it is ignored`,
      known ? `Did you mean [${lower}]? Section names are case-sensitive.` : undefined
    )
    return
  }
  if (keys === null) return
  for (const [key, { keyAt }] of section.values) {
    if (keys.has(key)) continue
    const [near] = didYouMean(key, keys, 1)
    const hint = near === undefined ? undefined : `Did you mean ${near}?`
    findings.warning(keyAt, ignored(`[${section.name}]`, key), hint)
  }
}

const ignored = (where: string, key: string): string =>
  `supervisord knows no key ${key} in ${where}; it is ignored`
