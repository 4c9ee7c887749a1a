/**
 * What a configuration means: programs and groups, and all that is wrong with it. Pure: what must be known of the
 * machine comes with the context.
 */
import type { Problem } from "../../domain/Problem.ts"
import { didYouMean } from "../didYouMean.ts"
import { type Findings, makeFindings } from "./Findings.ts"
import type { IniContext } from "./IniContext.ts"
import type { DocumentSection, IniDocument } from "./IniDocument.ts"
import { isKnownAnywhere, keysOf } from "./knownKeys.ts"
import { type IniGroup, readGroups } from "./readGroups.ts"
import { readSupervisord } from "./readSupervisord.ts"

export interface Interpreted {
  readonly groups: ReadonlyArray<IniGroup>
  /** In supervisord's order: the first error is the one that it would print. */
  readonly problems: ReadonlyArray<Problem>
}

export const interpret = (document: IniDocument, context: IniContext): Interpreted => {
  const findings = makeFindings()
  if (context.requireSupervisord && !document.sections.has("supervisord")) {
    const start = { file: context.file, line: 1, column: 1 }
    findings.error(start, ".ini file does not include supervisord section")
  }
  const start = new Map(
    [...context.environment].map(([name, value]) => [`ENV_${name}`, value] as const)
  )
  const { environment, stripAnsi } = readSupervisord(document, context, start, findings)
  const set = [...environment].map(([name, value]) => [`ENV_${name}`, value] as const)
  const environ = new Map([...start, ...set])
  const groups = readGroups({
    document,
    context,
    findings,
    environ,
    globals: environment,
    stripAnsi
  })
  warnOfUnknown(document, findings)
  return { groups, problems: findings.problems }
}

const notYet = /^(unix_http_server|inet_http_server|supervisorctl$|rpcinterface:|ctlplugin:)/

const warnOfUnknown = (document: IniDocument, findings: Findings): void => {
  for (const section of document.sections.values()) warnInSection(section, findings)
  for (const [key, { keyAt }] of document.defaults) {
    if (!isKnownAnywhere(key)) findings.warning(keyAt, ignored("[DEFAULT]", key))
  }
}

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
  if (notYet.test(section.name)) {
    findings.warning(section.at, `[${section.name}] is not supported yet`)
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
