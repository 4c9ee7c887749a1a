/**
 * What differs in `ready` and `liveness`, as a plan shows it. A probe of another kind is one change, else each of its fields is.
 * Most of it is taken over while the process runs; what a process is given at its start for it (the socket that it tells on, a
 * descriptor, how often it is to say that it is alive) takes a new one.
 */
import type { Definition } from "../domain/Definition.ts"
import type { FieldChange } from "../domain/Plan.ts"
import type { Liveness, Ready } from "../domain/Probe.ts"
import { canonicalJson } from "./canonicalJson.ts"
import { changeRules } from "./changeClass.ts"
import { holdsCredentials } from "./concealed.ts"
import { renderValue } from "./renderValue.ts"
import { sameCommand } from "./sameCommand.ts"

export const probeChanges = (before: Definition, after: Definition): ReadonlyArray<FieldChange> => [
  ...changesOf("ready", before.ready, after.ready),
  ...changesOf("liveness", before.liveness, after.liveness)
]

type Probe = Ready | Liveness | null

const changesOf = (
  which: "ready" | "liveness",
  before: Probe,
  after: Probe
): ReadonlyArray<FieldChange> => {
  if (canonicalJson(before) === canonicalJson(after)) return []
  if (before === null || after === null || before.kind !== after.kind) {
    const another = canonicalJson(atStart(before)) !== canonicalJson(atStart(after))
    const shown = { before: whole(which, before), after: whole(which, after) }
    return [{ path: which, ...shown, hidden: false, class: another ? "restart" : "live" }]
  }
  const old = new Map<string, unknown>(Object.entries(before))
  const now = new Map<string, unknown>(Object.entries(after))
  return [...old.keys()].flatMap((member) =>
    memberChange(which, member, old.get(member), now.get(member))
  )
}

/** What a process is given for it when it starts. */
const atStart = (probe: Probe): unknown => {
  if (probe?.kind !== "notify") return null
  return "fd" in probe ? (probe.fd ?? "socket") : { watchdogMs: probe.watchdogMs }
}

const memberChange = (
  which: string,
  member: string,
  old: unknown,
  now: unknown
): ReadonlyArray<FieldChange> => {
  const found = changeRules.get(`${which}.${member}`) ?? changeRules.get(`${which}.${member}.*`)
  if (found === undefined || canonicalJson(old) === canonicalJson(now)) return []
  if (member === "command" && sameCommand(old, now)) return []
  const before = renderValue(old, found.unit)
  const after = renderValue(now, found.unit)
  // Headers often carry what lets one in.
  const hidden =
    member === "headers" || holdsCredentials(before ?? "") || holdsCredentials(after ?? "")
  return [
    {
      path: found.authored.replace(/\.\*$/, ""),
      before: hidden && before !== null ? "changed" : before,
      after: hidden && after !== null ? "changed" : after,
      hidden,
      class: found.class
    }
  ]
}

/** In one line: what it looks at, without headers and what is mostly left to the defaults. */
const whole = (which: string, probe: Probe): string | null => {
  if (probe === null) return null
  const shown = Object.entries(probe).flatMap(([member, value]) => {
    const found = changeRules.get(`${which}.${member}`)
    if (!shownMembers.has(member) || value === null || found === undefined) return []
    const name = member === "kind" ? "kind" : found.authored.slice(which.length + 1)
    return [`${name}: ${renderValue(value, found.unit)}`]
  })
  return `{ ${shown.join(", ")} }`
}

const shownMembers: ReadonlySet<string> = new Set([
  ...["kind", "url", "socket", "address", "command", "line", "fd"],
  ...["everyMs", "withinMs", "watchdogMs"]
])
