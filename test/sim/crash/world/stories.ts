/** The stories whose every point is tried: short, and together all that a daemon does with programs. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Definition } from "../../../../src/domain/Definition.ts"
import type { Pin } from "../../../../src/domain/Pin.ts"
import { Operator } from "../../../../src/reconcile/Operator.ts"
import { Reconciler } from "../../../../src/reconcile/Reconciler.ts"
import { definitionOf } from "../../../core/specOf.ts"
import type { Template } from "../../world/desired.ts"
import { steady as silent } from "../../world/scripts.ts"
import { bookOf } from "./crashStore.ts"
import type { Machine } from "./Machine.ts"
import type { Errand, Story } from "./Story.ts"

const code = (number: number) => ({ kind: "code", code: number }) as const

const sink = {
  file: "auto",
  maxBytes: 0,
  backups: 0,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
} as const

const linear = {
  kind: "linear",
  stepMs: 400,
  maxMs: null,
  jitter: 0,
  resetAfterMs: null,
  pace: "starts"
} as const

const listener = { events: ["PROCESS_STATE"], bufferSize: 10 } as const

export const template = (changes: Partial<Definition> = {}, renamedFrom: string | null = null) =>
  ({
    group: "team",
    groupPriority: 10,
    instances: 1,
    renamedFrom,
    definition: definitionOf({
      command: ["v1"],
      start: { auto: true, stableAfterMs: 300, retries: 1 },
      restart: {
        maxLifetimeMs: null,
        lifetimeVariance: 0.1,
        when: "unexpected",
        expectedExitCodes: [0],
        backoff: linear
      },
      stop: { signal: "TERM", timeoutMs: 500, group: "no", command: null },
      logs: { stdout: sink, stderr: "stdout" },
      ...changes
    })
  }) satisfies Template

export const declare =
  (programs: Readonly<Record<string, Template>>) =>
  ({ files }: Machine): void => {
    files.templates.clear()
    for (const [name, it] of Object.entries(programs)) files.templates.set(name, it)
  }

export const save = (at: number, programs: Readonly<Record<string, Template>>): Errand => ({
  at,
  text: "a save",
  // The next daemon reads the files anyway.
  isDone: ({ deaths, files }) =>
    Effect.sync(() => deaths > 0 && sameNames(files.templates, programs)),
  act: (machine) =>
    Effect.sync(() => {
      declare(programs)(machine)
      machine.files.save()
    })
})

const sameNames = (
  templates: ReadonlyMap<string, Template>,
  programs: Readonly<Record<string, Template>>
): boolean => Object.entries(programs).every(([name, it]) => templates.get(name) === it)

const byHand = (
  at: number,
  what: "start" | "stop",
  name: string,
  recorded: "started" | "stopped"
): Errand => ({
  at,
  text: `${what} ${name} by hand`,
  isDone: (machine) =>
    bookOf(machine).overrides.list.pipe(
      Effect.map((all) => all.some(({ key, kind }) => key.includes(name) && kind === recorded)),
      Effect.orDie
    ),
  act: (_, daemon) => {
    const operator = Context.get(daemon, Operator)
    return what === "stop" ? operator.stop([name], "ann") : operator.start([name], "ann", false)
  }
})

/** One ends as it may, one fails once it was up and is restarted by its policy, one goes on. */
const exits: Story = {
  name: "exits",
  begin: declare({ a: template(), b: template(), c: template({ stdin: "pipe" }) }),
  lives: {
    a: [{ dieAfterMs: 900, status: code(3), lastWords: true, says: [200] }, { says: [100] }],
    b: [{ dieAfterMs: 1_150, status: code(0), lastWords: true }],
    c: [{ says: [450, 1_000] }]
  },
  renamed: {},
  errands: [],
  endMs: 2_200,
  restartedByCrash: [],
  shortLived: []
}

/** One never comes up, while others come up and write. */
const failures: Story = {
  name: "failures",
  begin: declare({ a: template(), b: template() }),
  lives: {
    a: [{ dieAfterMs: 120, status: code(1), lastWords: true }],
    b: [{ says: [60, 250, 420] }]
  },
  renamed: {},
  errands: [],
  endMs: 2_000,
  restartedByCrash: [],
  shortLived: ["a"]
}

/** One ignores the stop of an operator, and is killed; another is stopped while it is started. */
const stops: Story = {
  name: "stops",
  begin: declare({
    a: template(),
    b: template({ stop: { signal: "TERM", timeoutMs: 500, group: "kill", command: null } })
  }),
  lives: {
    a: [{ termAfterMs: null, says: [700, 1_100] }],
    b: [{ termAfterMs: 150, lastWords: true, child: { ...silent, says: [900], termAfterMs: null } }]
  },
  renamed: {},
  errands: [byHand(800, "stop", "a", "stopped"), byHand(850, "stop", "b", "stopped")],
  endMs: 2_400,
  restartedByCrash: [],
  shortLived: []
}

const [kept, changed, gone, fresh, newName] = [
  template(),
  template({ command: ["v2"] }),
  template({ command: ["v3"] }),
  template({ command: ["v4"] }),
  template({}, "b")
]

/** One save that changes a program, renames one, removes one and adds one. */
const saves: Story = {
  name: "saves",
  begin: declare({ a: template(), b: kept, c: gone }),
  lives: {
    a: [{ termAfterMs: 100, lastWords: true }],
    b: [{ says: [400, 800, 1_000] }],
    c: [{ termAfterMs: 60, lastWords: true }],
    d: [{ says: [50] }]
  },
  renamed: { n: "b" },
  errands: [save(700, { a: changed, d: fresh, n: newName })],
  endMs: 2_400,
  restartedByCrash: [],
  shortLived: []
}

/** What a program leaves behind still writes; and one that runs only by hand. */
const leftovers: Story = {
  name: "leftovers",
  begin: declare({
    a: template(),
    b: template({ start: { auto: false, stableAfterMs: 300, retries: 1 } })
  }),
  lives: {
    a: [
      {
        dieAfterMs: 700,
        status: code(1),
        child: { ...silent, dieAfterMs: 1_300, says: [300, 900], lastWords: true }
      },
      {}
    ],
    b: [{ says: [80] }]
  },
  renamed: {},
  errands: [byHand(500, "start", "b", "started")],
  endMs: 2_200,
  restartedByCrash: [],
  shortLived: []
}

/** One that an operator stopped is renamed, and a listener loses its daemon in the middle of a sentence. */
const held: Story = {
  name: "held",
  begin: declare({ b: kept, l: template({ listener }) }),
  lives: { b: [{ lastWords: true }], l: [{ says: [500], lastWords: true }] },
  renamed: { n: "b" },
  errands: [
    byHand(500, "stop", "b", "stopped"),
    save(800, { n: newName, l: template({ listener }) })
  ],
  endMs: 1_800,
  restartedByCrash: ["l"],
  shortLived: []
}

const limited = (limits: Partial<Definition["limits"]>, renamedFrom: string | null = null) => {
  const { definition } = template({}, renamedFrom)
  return template({ limits: { ...definition.limits, ...limits } }, renamedFrom)
}

const low = limited({ nice: 5, openFiles: 64 })

/** Limits change in what runs, once, and back; and together with a name. */
export const limitsChange: Story = {
  name: "limits",
  begin: declare({ a: limited({ openFiles: 64 }), b: kept }),
  lives: { a: [{ says: [600, 1_000] }], b: [{ says: [700] }] },
  renamed: { n: "b" },
  errands: [
    save(600, { a: low, b: kept }),
    save(900, { a: template(), n: limited({ oomScoreAdjust: 100 }, "b") })
  ],
  endMs: 1_600,
  restartedByCrash: [],
  shortLived: []
}

const rollback = (at: number, to: number): Errand => ({
  at,
  text: `a rollback to ${to}`,
  isDone: (machine) => Effect.orDie(Effect.map(bookOf(machine).overrides.pin, isPinned)),
  act: (_, daemon) =>
    Context.get(daemon, Reconciler).rollback({
      to,
      who: "ann",
      reason: null,
      protectedToo: false,
      wait: true
    })
})

const isPinned = (pin: Pin | null): boolean => pin !== null

/** Somebody goes back from a save, and what is saved then waits. */
export const goesBack: Story = {
  name: "goesBack",
  begin: declare({ a: template(), b: kept }),
  lives: { a: [{ termAfterMs: 100, lastWords: true }], b: [{ says: [400, 900] }] },
  renamed: {},
  errands: [
    save(500, { a: changed, b: kept, c: gone }),
    rollback(1_100, 1),
    save(1_150, { a: fresh, b: kept })
  ],
  endMs: 2_000,
  restartedByCrash: [],
  shortLived: []
}

const look = {
  kind: "http",
  url: "http://x/",
  method: "GET",
  headers: {},
  socket: null,
  status: ["200-399"],
  expectHeaders: {},
  body: null,
  everyMs: 100,
  timeoutMs: 200,
  jitter: 0.1,
  startPeriodMs: 0,
  failures: 2
} as const

/** One becomes ready in time, one is not alive any more and is restarted once, one comes and goes, and one is never ready. */
export const probed: Story = {
  name: "probed",
  begin: declare({
    a: template({ ready: { ...look, successes: 1, withinMs: 900 } }),
    b: template({ liveness: look }),
    c: template({ ready: { ...look, successes: 1, withinMs: 900 } }),
    d: template({ ready: { kind: "notify", fd: null, withinMs: null } })
  }),
  lives: {
    a: [
      {
        health: [
          [0, "notReady"],
          [450, "ready"]
        ]
      }
    ],
    b: [
      {
        health: [
          [0, "ready"],
          [800, "notReady"]
        ]
      },
      {}
    ],
    c: [
      {
        health: [
          [0, "ready"],
          [400, "notReady"],
          [700, "hangs"],
          [900, "ready"]
        ]
      }
    ],
    d: [{ says: [500] }]
  },
  renamed: {},
  errands: [],
  endMs: 2_200,
  restartedByCrash: [],
  shortLived: []
}

const hook = { command: ["do"], timeoutMs: 300 }

const hooked = (changes: Partial<Definition> = {}) =>
  template({
    hooks: { beforeStart: hook, afterStart: hook, beforeStop: hook, afterStop: hook },
    ...changes
  })

const changedHooked = hooked({ command: ["v2"] })

/** Hooks at starts, stops and a restart by policy; and a command that should stop a program, and fails. */
export const hooks: Story = {
  name: "hooks",
  begin: (machine) => {
    const [a, b] = [
      hooked(),
      hooked({ stop: { signal: "TERM", timeoutMs: 500, group: "no", command: ["quit"] } })
    ]
    declare({ a, b })(machine)
    const takes = {
      beforeStart: 70,
      afterStart: 90,
      beforeStop: 60,
      stopCommand: 50,
      afterStop: 40
    } as const
    machine.world.hookScript = ({ hook: name }) => ({
      afterMs: takes[name],
      code: name === "stopCommand" ? 1 : 0
    })
  },
  lives: {
    a: [{ dieAfterMs: 500, status: code(1), lastWords: true, says: [200] }, { lastWords: true }],
    b: [{ says: [100], lastWords: true }]
  },
  renamed: {},
  errands: [byHand(700, "stop", "b", "stopped"), save(1_200, { a: changedHooked })],
  endMs: 2_800,
  restartedByCrash: [],
  shortLived: []
}

export const stories: ReadonlyArray<Story> = [exits, failures, stops, saves, leftovers, held]
