import { assert, describe, it } from "vitest"
import { chartOf, partOfChart } from "../../../src/core/dependency/chart.ts"
import { chartDot } from "../../../src/core/dependency/chartDot.ts"
import { chartMermaid } from "../../../src/core/dependency/chartMermaid.ts"
import { chartText } from "../../../src/core/dependency/chartText.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import type { Program } from "../../../src/domain/Desired.ts"
import { program } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"
import { manyPrograms } from "./manyPrograms.ts"

const one = (
  name: string,
  given: Readonly<Record<string, DependencyChecked>> = {},
  parts: { readonly instances?: number; readonly group?: string } = {}
): Program => program({ name, ...parts, definition: { dependsOn: needs(given) } })

const shop: ReadonlyArray<Program> = [
  one("gateway", { api: "ready", "shop:web": "started" }),
  one(
    "api",
    {
      migrate: "completed",
      db: { onLoss: "restart" },
      cache: { when: "started", optional: true, onLoss: "stop" }
    },
    { instances: 3 }
  ),
  one("web", { db: "ready" }, { group: "shop" }),
  one("migrate", { db: "ready" }),
  one("db"),
  one("mailer"),
  one("cron", {}, { instances: 2 })
]
const chart = chartOf(shop)
const text = (...programs: ReadonlyArray<Program>) => chartText(chartOf(programs), false)
const lines = (...all: ReadonlyArray<string>) => all.join("\n")

describe("the chart as text", () => {
  it("is a tree from what nobody needs, each subtree once, and what has to do with nobody at the end", () => {
    assert.strictEqual(
      chartText(chart, false),
      lines(
        "gateway",
        "├─ api ×3  ready",
        "│  ├─ cache  started, optional, stops with it, not declared",
        "│  ├─ db  ready, restarts with it",
        "│  └─ migrate  completed",
        "│     └─ db  ready",
        "└─ shop:web  started",
        "   └─ db  ready",
        "Apart: cron ×2, mailer"
      )
    )
  })

  it("turned round, has below each program who needs it, and marks what was shown", () => {
    assert.strictEqual(
      chartText(chart, true),
      lines(
        "db",
        "├─ api ×3  ready, restarts with it",
        "│  └─ gateway  ready",
        "├─ migrate  ready",
        "│  └─ api ×3  completed  (see above)",
        "└─ shop:web  ready",
        "   └─ gateway  started",
        "Apart: cron ×2, mailer"
      )
    )
  })

  it("restricts itself to what is named and what that needs, or what needs it", () => {
    assert.strictEqual(
      chartText(partOfChart(chart, ["migrate", "shop:web", "mailer"], false), false),
      lines("migrate", "└─ db  ready", "shop:web", "└─ db  ready", "Apart: mailer")
    )
    assert.strictEqual(
      chartText(partOfChart(chart, ["shop:web"], true), true),
      lines("shop:web", "└─ gateway  started")
    )
    assert.strictEqual(chartText(partOfChart(chart, ["db"], false), false), "db")
  })

  it("has all programs of a group that is needed, and the group's name nowhere", () => {
    assert.strictEqual(
      text(
        one("a", { store: { when: "started", optional: true } }),
        one("db", {}, { group: "store" }),
        one("cache", {}, { group: "store", instances: 2 })
      ),
      lines("a", "├─ store:cache ×2  started, optional", "└─ store:db  started, optional")
    )
  })

  it("takes a program without instances for one that is declared", () => {
    assert.strictEqual(
      text(one("a", { b: { optional: true } }), one("b", {}, { instances: 0 })),
      lines("a", "└─ b ×0  ready, optional")
    )
  })

  it("ends also where programs need each other", () => {
    assert.strictEqual(
      text(one("a", { b: "ready" }), one("b", { a: "ready" }), one("c", { c: "ready" })),
      lines("a", "└─ b  ready", "   └─ a  ready  (see above)", "c", "└─ c  ready  (see above)")
    )
  })

  it("says that there are no programs, and lets no control character through", () => {
    assert.strictEqual(text(), "No programs.")
    assert.strictEqual(text(one("a\u001b[2J")), "Apart: a\\x1b[2J")
  })

  it("does not depend on the order of programs", () => {
    for (const render of [chartText, chartDot, chartMermaid]) {
      assert.strictEqual(render(chartOf(shop.toReversed()), false), render(chart, false))
    }
    assert.deepEqual(chartOf(shop.toReversed()), chart)
  })

  it("has one row for each edge and each root, of 5,000 programs with 20,000 edges too", () => {
    const count = 5_000
    const made = chartOf(manyPrograms(count, [400, 401, 402, 403]))
    assert.isAbove(made.edges.length, 18_000)
    // 400 that nobody needs, and 400 that need nothing.
    assert.strictEqual(chartText(made, false).split("\n").length, made.edges.length + 400)
    assert.strictEqual(chartText(made, true).split("\n").length, made.edges.length + 400)
    assert.strictEqual(chartDot(made, false).split("\n").length, made.edges.length + count + 4)
    assert.strictEqual(chartMermaid(made, false).split("\n").length, made.edges.length + count + 1)
  })
})

const odd = chartOf([one('a"\\', { "x&lt;\\": { optional: true }, "`b`": "ready" }), one("`b`")])

describe("the chart as dot", () => {
  it("has a box for each program and an arrow to each that it needs", () => {
    assert.strictEqual(
      chartDot(partOfChart(chart, ["api"], false), false),
      lines(
        "digraph reeve {",
        "  rankdir=LR;",
        "  node [shape=box];",
        '  "api" [label="api ×3"];',
        '  "db" [label="db"];',
        '  "migrate" [label="migrate"];',
        '  "cache" [label="cache", style=dashed];',
        '  "api" -> "db" [label="ready, restarts with it"];',
        '  "api" -> "migrate" [label="completed"];',
        '  "migrate" -> "db" [label="ready"];',
        '  "api" -> "cache" [label="started, optional, stops with it", style=dashed];',
        "}"
      )
    )
  })

  it("turned round, has arrows to who needs it", () => {
    assert.include(chartDot(chart, true), '\n  "db" -> "api" [label="ready, restarts with it"];\n')
    assert.notInclude(chartDot(chart, true), "cache")
  })

  it("escapes quotes, backslashes and entities", () => {
    assert.strictEqual(
      chartDot(odd, false),
      lines(
        "digraph reeve {",
        "  rankdir=LR;",
        "  node [shape=box];",
        '  "`b`" [label="`b`"];',
        '  "a\\"\\\\" [label="a\\"\\\\"];',
        '  "x&lt;\\\\" [label="x&amp;lt;\\\\", style=dashed];',
        '  "a\\"\\\\" -> "`b`" [label="ready"];',
        '  "a\\"\\\\" -> "x&lt;\\\\" [label="ready, optional", style=dashed];',
        "}"
      )
    )
  })
})

describe("the chart as mermaid", () => {
  it("has numbered nodes, and dotted arrows to what is optional", () => {
    assert.strictEqual(
      chartMermaid(partOfChart(chart, ["gateway"], false), false),
      lines(
        "flowchart LR",
        '  n1["api ×3"]',
        '  n2["db"]',
        '  n3["gateway"]',
        '  n4["migrate"]',
        '  n5["shop:web"]',
        '  n6(["cache"])',
        '  n1 -->|"ready, restarts with it"| n2',
        '  n1 -->|"completed"| n4',
        '  n3 -->|"ready"| n1',
        '  n3 -->|"started"| n5',
        '  n4 -->|"ready"| n2',
        '  n5 -->|"ready"| n2',
        '  n1 -.->|"started, optional, stops with it"| n6'
      )
    )
    assert.include(chartMermaid(chart, true), '\n  n3 -->|"ready, restarts with it"| n1\n')
  })

  it("has what is odd in a name as numbers", () => {
    assert.strictEqual(
      chartMermaid(odd, false),
      lines(
        "flowchart LR",
        '  n1["#96;b#96;"]',
        '  n2["a#34;#92;"]',
        '  n3(["x#38;lt#59;#92;"])',
        '  n2 -->|"ready"| n1',
        '  n2 -.->|"ready, optional"| n3'
      )
    )
    assert.include(chartMermaid(chartOf([one("__proto__")]), false), "#95;#95;proto#95;#95;")
  })
})
