/** A task that completes, one that fails and then completes, who waits for both, and a save that runs the first again. */
import type { Definition } from "../../../../src/domain/Definition.ts"
import type { Story } from "./Story.ts"
import { declare, save, template } from "./stories.ts"

const code = (number: number) => ({ kind: "code", code: number }) as const

const task = (retries: number, changes: Partial<Definition> = {}) =>
  template({
    start: { auto: true, stableAfterMs: 0, retries },
    restart: {
      when: "unexpected",
      expectedExitCodes: [0],
      maxLifetimeMs: null,
      lifetimeVariance: 0.1,
      backoff: {
        kind: "fixed",
        delayMs: 200,
        maxMs: null,
        jitter: 0,
        resetAfterMs: null,
        pace: "restarts"
      }
    },
    task: { once: true },
    ...changes
  })

const needed = { optional: false, onLoss: "keep", when: "completed" } as const
const [a, b, c] = [task(0), task(2), template({ dependsOn: { a: needed, b: needed } })]

export const tasks: Story = {
  name: "tasks",
  begin: declare({ a, b, c }),
  lives: {
    a: [{ dieAfterMs: 300, status: code(0), lastWords: true, says: [100] }],
    b: [
      { dieAfterMs: 150, status: code(1), lastWords: true },
      { dieAfterMs: 250, status: code(0), lastWords: true }
    ],
    c: [{ says: [100] }]
  },
  renamed: {},
  errands: [save(1_300, { a: task(0, { command: ["v2"] }), b, c })],
  endMs: 2_600,
  restartedByCrash: [],
  shortLived: []
}
