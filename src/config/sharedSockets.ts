/** FastCGI programs that would listen on one socket: requests for one would reach the other. */
import { socketUrl } from "../core/socketUrl.ts"
import type { Program } from "../domain/Desired.ts"
import type { CrossFinding, PlaceOf } from "./crossCheck.ts"

/** supervisord accepts them (the later one takes a path from the earlier), so that ini gets a warning. */
export const sharedSockets = (
  programs: ReadonlyArray<Program>,
  placeOf: PlaceOf
): ReadonlyArray<CrossFinding> => {
  const first = new Map<string, Program>()
  const findings: Array<CrossFinding> = []
  for (const program of programs) {
    const urls = program.instances.flatMap(({ definition: { fastCgi } }) =>
      fastCgi === null ? [] : [socketUrl(fastCgi)]
    )
    for (const url of new Set(urls)) {
      const other = first.get(url)
      if (other === undefined) {
        first.set(url, program)
        continue
      }
      const accepted = program.origin === "ini" || other.origin === "ini"
      findings.push({
        origin: program.origin,
        severity: accepted ? "warning" : "error",
        source: program.source,
        path: ["socket"],
        message: `this program and "${other.name}", at ${placeOf(other.source)}, listen on one socket, ${url}`,
        hint: "give each a socket of its own, or make them instances of one program"
      })
    }
  }
  return findings
}
