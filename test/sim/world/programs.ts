/** Programs with policies drawn at random. */

import type { UnsealedInstance } from "../../../src/config/sealInstance.ts"
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import { drawnFrom } from "../../../src/core/drawnFrom.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Hook } from "../../../src/domain/Hooks.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import { type Update, usualUpdate } from "../../../src/domain/Update.ts"
import { iniPolicy, typescriptPolicy } from "../../core/machine.ts"
import { specOf } from "../../core/specOf.ts"
import { Dice } from "./Dice.ts"
import type { HookScript } from "./World.ts"

const sink = {
  maxBytes: 0,
  backups: 0,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
} as const

export const drawDefinition = (dice: Dice, command: string): Partial<Definition> =>
  withHooks(drawPolicies(dice, command))

const drawPolicies = (
  dice: Dice,
  command: string
): Partial<Definition> & Pick<Definition, "stop"> => {
  const policy = dice.chance(0.6) ? iniPolicy : typescriptPolicy
  const { backoff } = policy.restart
  const drawn: ReturnType<typeof drawPolicies> = {
    command: [command],
    priority: dice.pick([1, 10, 999]),
    stdin: dice.chance(0.3) ? "pipe" : "null",
    start: {
      auto: !dice.chance(0.1),
      stableAfterMs: dice.pick([0, 500, 1_000, 1_000, 3_000]),
      retries: dice.pick([0, 1, 3, policy.start.retries])
    },
    restart: {
      when: dice.pick(["always", "unexpected", "unexpected", "never"]),
      expectedExitCodes: [0],
      maxLifetimeMs: null,
      lifetimeVariance: 0.1,
      backoff: backoff.kind === "linear" ? backoff : { ...backoff, jitter: dice.pick([0, 0.2]) }
    },
    stop: drawStop(dice),
    logs: {
      stdout: { ...sink, file: dice.pick(["auto", "none"]) },
      stderr: dice.chance(0.5) ? "stdout" : { ...sink, file: "auto" }
    }
  }
  return { ...drawn, ...probesOf(drawn) }
}

export const look = {
  kind: "http",
  url: "http://x/",
  method: "GET",
  headers: {},
  socket: null,
  status: ["200-399"],
  expectHeaders: {},
  body: null,
  timeoutMs: 500,
  startPeriodMs: 0
} as const

/** How instances are replaced. Drawn from what is drawn anyway. */
const updateOf = (text: string): Update => {
  const draw = (what: string) => drawnFrom(`${text}update${what}`) ?? 1
  if (draw("") < 0.4) return { ...usualUpdate, maxUnavailable: "all" }
  return {
    strategy: "restart",
    maxUnavailable: draw("most") < 0.3 ? 2 : null,
    minReadyMs: draw("minReady") < 0.3 ? 2_000 : null,
    deadlineMs: draw("deadline") < 0.5 ? 20_000 : null,
    rollback: draw("rollback") < 0.4
  }
}

/** Some programs are probed. Drawn from what is drawn anyway. */
export const probesOf = (
  drawn: Partial<Definition>
): Pick<Definition, "ready" | "liveness" | "update"> => {
  const text = canonicalJson(drawn)
  const [ready, liveness, within] = ["ready", "liveness", "within"].map((it) =>
    drawnFrom(text + it)
  )
  const pace = { everyMs: 1_000, jitter: 0.1, failures: 2 }
  const withinMs = (within ?? 1) < 0.5 ? 6_000 : null
  return {
    update: updateOf(text),
    ready: (ready ?? 1) < 0.3 ? { ...look, ...pace, successes: 1, withinMs } : null,
    liveness: (liveness ?? 1) < 0.15 ? { ...look, ...pace, failures: 3 } : null
  }
}

/** From a source of chance that is made from the rest: what is drawn afterwards is as it would be without. */
const withHooks = (drawn: ReturnType<typeof drawPolicies>): Partial<Definition> => {
  const text = JSON.stringify(drawn)
  const own = new Dice([...text].reduce((hash, it) => (hash * 31 + it.charCodeAt(0)) >>> 0, 7))
  const hook = (name: string): Hook | null =>
    own.chance(0.15) ? { command: [name], timeoutMs: own.pick([500, 2_000]) } : null
  return {
    ...drawn,
    hooks: {
      beforeStart: hook("beforeStart"),
      afterStart: hook("afterStart"),
      beforeStop: hook("beforeStop"),
      afterStop: hook("afterStop")
    },
    stop: { ...drawn.stop, command: own.chance(0.15) ? ["quit"] : null },
    watch: own.chance(0.4) ? ["/src/**"] : []
  }
}

export const drawHookScript = (dice: Dice): HookScript => ({
  afterMs: dice.pick([0, 0, 30, 400, 1_000, null]),
  code: dice.pick([0, 0, 0, 1])
})

export const drawStop = (dice: Dice): Definition["stop"] => ({
  signal: dice.pick(["TERM", "INT"]),
  timeoutMs: dice.pick([0, 500, 2_000, 5_000, 10_000]),
  group: dice.pick(["no", "kill", "all"]),
  command: null
})

export const drawSpec = (dice: Dice, name: string): InstanceSpec =>
  specOf(drawGroup(dice, name), drawDefinition(dice, name))

const drawGroup = (dice: Dice, name: string): { readonly name: string } & Partial<Parts> => {
  const group = dice.pick([name, name, "team"])
  return { name, group, groupPriority: group === "team" ? 10 : dice.pick([5, 999]) }
}

type Parts = Omit<UnsealedInstance, "definition">
