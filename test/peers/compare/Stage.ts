/**
 * Scenarios that share one daemon on each side. A stage's files are written, both supervisors are started (unless a scenario
 * does that itself), each scenario is played on both at the same time, and the transcripts are compared.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Change, changes, type Difference, judge } from "./compare.ts"
import { type Python, startPython } from "./Python.ts"
import { makeSide, type Side, type Which } from "./Side.ts"

export interface Scenario {
  /** `stage/name` is what a Difference names. */
  readonly name: string
  readonly play: (side: Side) => Promise<void>
}

export interface Stage {
  readonly name: string
  /** By name in the side's directory; `DIR` stands for that directory. `s.conf` is the configuration. */
  readonly files: Readonly<Record<string, string>>
  /** Default true: started before the first scenario. */
  readonly started?: boolean
  readonly flags?: ReadonlyArray<string>
  readonly scenarios: ReadonlyArray<Scenario>
  readonly differences?: ReadonlyArray<Difference>
}

const whiches: ReadonlyArray<Which> = ["supervisord", "reeve"]

/** A configuration with a unix socket and the usual sections; `more` follows. */
export const config = (more: string, supervisord = ""): string =>
  [
    "[unix_http_server]",
    "file=DIR/s.sock",
    "[supervisord]",
    "logfile=DIR/s.log",
    "pidfile=DIR/s.pid",
    "childlogdir=DIR",
    "user=root",
    supervisord,
    "[rpcinterface:supervisor]",
    "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    "[supervisorctl]",
    "serverurl=unix://DIR/s.sock",
    more
  ].join("\n")

/** Debugging aid: with REEVE_PEERS_BOTH=supervisord both sides run that one, which must agree with itself. */
const forced = process.env["REEVE_PEERS_BOTH"]

export const playStages = (stages: ReadonlyArray<Stage>): void => {
  for (const stage of stages) describe(stage.name, () => playStage(stage))
}

const playStage = (stage: Stage): void => {
  const top = mkdtempSync(join(tmpdir(), "reeve-peers-"))
  let python: Python
  let sides: ReadonlyArray<Side> = []

  beforeAll(async () => {
    python = startPython()
    sides = whiches.map((which) =>
      makeSide(forced === "supervisord" ? "supervisord" : which, join(top, which), python)
    )
    for (const side of sides) {
      for (const [name, text] of Object.entries(stage.files)) side.write(name, text)
    }
    if (stage.started !== false) {
      await Promise.all(
        sides.map((side) => side.start(stage.flags ?? ["-n", "-c", join(side.directory, "s.conf")]))
      )
    }
  })
  afterAll(async () => {
    await Promise.all(sides.map((side) => side.close()))
    python.close()
    rmSync(top, { recursive: true, force: true })
  })

  for (const scenario of stage.scenarios) {
    const name = `${stage.name}/${scenario.name}`
    it(scenario.name, async () => {
      for (const side of sides) side.transcript.length = 0
      await Promise.all(sides.map((side) => scenario.play(side)))
      const [theirs = [], ours = []] = sides.map(({ transcript }) => transcript)
      assert.isAbove(theirs.length, 0, "the scenario puts something down")
      const declared = (stage.differences ?? []).filter((one) => one.scenario === name)
      const { unexpected, unused } = judge(
        changes(theirs, ours),
        forced === undefined ? declared : []
      )
      if (unexpected.length + unused.length > 0) {
        assert.fail(told(unexpected, unused, theirs, ours))
      }
    })
  }
}

const told = (
  unexpected: ReadonlyArray<Change>,
  unused: ReadonlyArray<Difference>,
  theirs: ReadonlyArray<string>,
  ours: ReadonlyArray<string>
): string =>
  [
    ...unexpected.flatMap((one) => [`  supervisord: ${one.theirs}`, `  reeve:       ${one.ours}`]),
    ...unused.map((one) => `  declared, but not seen: ${one.theirs} / ${one.ours}`),
    "-- supervisord",
    ...theirs,
    "-- reeve",
    ...ours
  ].join("\n")
