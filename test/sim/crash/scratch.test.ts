import { it } from "vitest"
import { writeFileSync } from "node:fs"
import { stories } from "./world/stories.ts"
import { explain, tryAll } from "./world/everyPoint.ts"
import { crashRun } from "./world/crashRun.ts"
it("scratch", async () => {
  const only = process.env["STORY"]
  const disaster = JSON.parse(process.env["DISASTER"] ?? "{}")
  let total = 0
  for (const story of stories) {
    if (only !== undefined && story.name !== only) continue
    const t = performance.now()
    const honest = await crashRun({ story, crashes: [], expected: null })
    if (process.env["TRACE"] === "0" || honest.violations.length > 0) console.log(honest.trace.join("\n"))
    console.log(story.name, honest.points.length, honest.violations, JSON.stringify(honest.ending), performance.now() - t)
    if (process.env["TRACE"] === "0") continue
    const kinds = new Map<string, Array<string>>()
    let n = 0
    const tried = await tryAll(story, { disaster, onFailure: (f) => {
      n++
      for (const v of f.run.violations) {
        const kind = v.replace(/[0-9a-z]{8,}-[0-9a-z]+/g, "ID").replace(/\d+/g, "N")
        const at = f.trial.crashes.map((c) => `${c.moment} ${c.point} ${f.run.points[c.point-1]?.label}`).join()
        kinds.set(kind, [...(kinds.get(kind) ?? []), at])
      }
      writeFileSync(`/tmp/simfail-${story.name}-${n}.txt`, explain(f.trial, f.run))
    } })
    total += tried.trials
    console.log(story.name, tried.trials, "failed", n, Math.round(performance.now() - t))
    for (const [k, v] of kinds) console.log("   ", v.length, k, " <- ", v.slice(0, 4).join(" | "))
  }
  console.log("total", total)
}, 600000)
