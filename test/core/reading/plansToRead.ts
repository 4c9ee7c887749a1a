/**
 * Plans of realistic estates, as files in test/fixtures/plans, where people who had not seen the code answered questions on
 * them. Made from what definition files say and from what became of it.
 */
import { type PlanOptions, unattended } from "../../../src/core/planFacts.ts"
import type { Actual, ActualInstance, SourceChange } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import { instanceKey } from "../../../src/domain/Instance.ts"
import { exec, files, http, instance, tcp } from "../../../src/index.ts"
import { allRunning, where } from "../planning/world.ts"
import { ago, completed, failedTask, stoppedBy } from "./became.ts"
import { declared, program, task } from "./declared.ts"

export interface PlanToRead {
  readonly desired: Desired
  readonly actual: Actual
  readonly options: PlanOptions
}

/** Everything runs, and is ready by its probe. */
const allUp = (desired: Desired): Actual => {
  const actual = allRunning(desired)
  const ready = { ok: true, since: 0, successes: 1, failures: 0, last: null }
  const instances = actual.instances.map((it) =>
    it.spec.definition.ready === null ? it : { ...it, ready, wasReady: true }
  )
  return { ...actual, instances }
}

/** What ran as `before` says is to be as `after` says; `changes` of single instances by address. */
const made = (
  before: Desired,
  after: Desired,
  changes: Readonly<Record<string, Partial<ActualInstance>>> = {},
  options: Partial<PlanOptions> = {}
): PlanToRead => ({
  desired: after,
  actual: Object.entries(changes).reduce(
    (actual, [address, change]) => where(actual, address, change),
    allUp(before)
  ),
  options: { ...unattended, ...options }
})

const rolling = (): PlanToRead => {
  const shop = (ttl: string, every: "2 seconds" | "5 seconds") =>
    declared(
      program("checkout", 14, {
        name: "checkout",
        command: "/opt/checkout/bin/serve",
        instances: 4,
        environment: { CART_TTL: ttl },
        ready: http(`http://127.0.0.1:${instance.port(7100)}/up`, { every, within: "30 seconds" }),
        update: { maxUnavailable: 1, minReady: "5 seconds", rollback: true }
      }),
      program("edge", 3, {
        name: "edge",
        command: "/usr/sbin/haproxy -f /etc/haproxy.cfg",
        dependsOn: { checkout: "ready" }
      }),
      program("metrics", 5, { name: "metrics", command: "/usr/bin/node_exporter" })
    )
  return made(shop("60", "5 seconds"), shop("300", "2 seconds"))
}

const addAndRemove = (): PlanToRead => {
  const thumbs = (instances: number) =>
    program("thumbs", 8, { name: "thumbs", command: "/opt/thumbs/run", instances })
  const redis = program("redis", 2, {
    name: "redis",
    command: "/usr/bin/redis-server",
    ready: tcp("127.0.0.1:6379")
  })
  const queue = (name: string) =>
    program(name, 4, { name, command: "/opt/queue/work --all", directory: "/opt/queue" })
  const before = declared(
    thumbs(4),
    queue("jobs"),
    program("reports", 6, {
      name: "night-reports",
      command: "/opt/reports/run",
      stop: { timeout: "30 seconds" }
    })
  )
  const after = declared(
    redis,
    thumbs(6),
    queue("worker"),
    program("mailer", 3, {
      name: "mailer",
      command: "/opt/mailer/serve",
      dependsOn: { redis: "ready" }
    }),
    program("shell", 9, { name: "console", command: "/opt/console", start: { auto: false } })
  )
  return made(before, after)
}

const store = (listen: string, cache: string, protect: boolean): Desired =>
  declared(
    program("postgres", 7, {
      name: "postgres",
      command: ["/usr/lib/postgresql/15/bin/postgres", "-D", "/srv/pg", "-h", listen],
      ready: exec("pg_isready"),
      protect,
      environment: { PGPASSWORD: cache },
      stop: { signal: "INT", timeout: cache === "1" ? "60 seconds" : "90 seconds" }
    }),
    program("api", 21, {
      name: "api",
      command: "/opt/api/serve",
      instances: 3,
      ready: http(`http://127.0.0.1:${instance.port(8000)}/`),
      dependsOn: { postgres: { when: "ready", onLoss: "restart" } }
    }),
    program("billing", 5, {
      name: "billing",
      command: "/opt/billing/run",
      dependsOn: { postgres: { when: "ready", onLoss: "stop" } }
    }),
    program("dashboards", 4, {
      name: "dashboards",
      command: "/opt/dash/serve",
      dependsOn: { postgres: "ready" }
    })
  )

const cascade = (): PlanToRead =>
  made(store("127.0.0.1", "1", false), store("10.0.0.5", "2", false))

const isProtected = (): PlanToRead =>
  made(store("127.0.0.1", "1", true), store("10.0.0.5", "2", true))

const drifted = (): PlanToRead => {
  const shop = declared(
    program("redis", 2, { name: "redis", command: "/usr/bin/redis-server" }),
    program("api", 20, {
      name: "api",
      command: "/opt/api/serve",
      instances: 3,
      start: { retries: 4 }
    }),
    program("worker", 5, { name: "worker", command: "/opt/worker/run", instances: 2 }),
    program("thumbs", 8, { name: "thumbs", command: "/opt/thumbs/run" }),
    program("export", 3, { name: "export", command: "/opt/export/once" })
  )
  const { actual, ...rest } = made(shop, shop, {
    redis: stoppedBy("redis", "maria", 41, "disk swap"),
    "api:2": {
      state: "FATAL",
      process: null,
      reason: {
        kind: "gaveUp",
        attempts: 5,
        text: "Exited too quickly (process log may have details)"
      },
      since: ago(12)
    },
    export: completed(180)
  })
  const changed = (kind: SourceChange["kind"], key: SourceChange["key"], text: string) => ({
    kind,
    key,
    text,
    at: ago(170)
  })
  const sourceChanges = [
    changed(
      "program",
      instanceKey("worker", "worker", 0),
      "program replaced; pid 4005 runs the old /opt/worker/run until its next start"
    ),
    changed(
      "envFile",
      instanceKey("thumbs", "thumbs", 0),
      "envFile changed; pid 4007 has the old values of /etc/thumbs.env until its next start"
    )
  ]
  return { ...rest, actual: { ...actual, sourceChanges } }
}

const release = (version: string, once: boolean): Desired =>
  declared(
    program("postgres", 7, {
      name: "postgres",
      command: "/usr/lib/postgresql/15/bin/postgres -D /srv/pg",
      ready: exec("pg_isready")
    }),
    task("release", 12, {
      name: "migrate",
      command: ["/srv/app/migrate", "--to", version],
      dependsOn: { postgres: "ready" }
    }),
    ...(once ? [task("release", 30, { name: "seed", command: "/srv/app/seed", once: true })] : []),
    program("release", 18, {
      name: "api",
      command: ["/srv/app/serve", "--schema", version],
      instances: 3,
      dependsOn: { migrate: "completed" },
      ready: http(`http://127.0.0.1:${instance.port(8000)}/`)
    }),
    program("release", 26, {
      name: "admin",
      command: "/srv/app/admin",
      dependsOn: { migrate: "completed" }
    })
  )

const tasks = (): PlanToRead => {
  const seeded = release("41", true).programs.find(({ name }) => name === "seed")?.instances[0]
  const plan = made(release("41", false), release("42", true), { migrate: completed(2880) })
  const completions = seeded === undefined ? [] : [{ key: seeded.key, spec: seeded, at: ago(4000) }]
  return { ...plan, actual: { ...plan.actual, completions } }
}

const waiting = (): PlanToRead => {
  const before = release("41", false)
  const after = release("42", false)
  const migrate = after.programs.find(({ name }) => name === "migrate")?.instances[0]
  if (migrate === undefined) throw new Error("no task")
  return made(before, after, {
    migrate: { ...failedTask(6, "exit status 3"), spec: migrate, started: migrate }
  })
}

const reloading = (): PlanToRead => {
  const reload = (...patterns: ReadonlyArray<string>) => ({
    signal: "HUP",
    on: [files(...patterns)]
  })
  const estate = (stop: string, threads: string) =>
    declared(
      program("nginx", 6, {
        name: "nginx",
        command: ["nginx", "-g", "daemon off;"],
        protect: true,
        reload: reload("/etc/nginx/**")
      }),
      program("dns", 2, {
        name: "dns",
        command: "/usr/sbin/unbound -d",
        reload: reload("/etc/unbound/**")
      }),
      program("relay", 4, {
        name: "relay",
        command: "/opt/relay",
        instances: 2,
        stop: { timeout: stop }
      }),
      program("indexer", 9, {
        name: "indexer",
        command: "/opt/indexer",
        environment: { THREADS: threads }
      })
    )
  return made(estate("10 seconds", "4"), estate("25 seconds", "8"), {
    nginx: { unreadFile: "/etc/nginx/sites/shop.conf" },
    dns: { unreadFile: "/etc/unbound/local.conf", state: "STARTING" },
    indexer: stoppedBy("indexer", "omar", 95)
  })
}

const helper = (): PlanToRead => {
  const group = (zone: string, token: string) => {
    const shared = { REGION: zone, API_TOKEN: token }
    return declared(
      program("media", 11, {
        name: "encode",
        command: "/opt/media/encode",
        instances: 6,
        environment: shared,
        update: { maxUnavailable: 2, minReady: "10 seconds" }
      }),
      program("media", 19, {
        name: "probe",
        command: "/opt/media/probe",
        instances: 2,
        environment: shared,
        update: { maxUnavailable: "all" }
      }),
      program("media", 25, { name: "upload", command: "/opt/media/upload", environment: shared }),
      program("media", 31, {
        name: "nightly",
        command: "/opt/media/nightly",
        environment: shared,
        restart: { when: "never" },
        start: { auto: false }
      }),
      program("media", 40, { name: "gallery", command: "/opt/media/gallery" })
    )
  }
  return made(group("eu-1", "a"), group("eu-2", "b"), {
    upload: stoppedBy("upload", "root", 20, "provider is down"),
    nightly: completed(300)
  })
}

const halfUpdated = (): PlanToRead => {
  const shop = (path: string) =>
    declared(
      program("search", 10, {
        name: "search",
        command: [path, "--port", String(instance.port(9200))],
        instances: 3,
        ready: http(`http://127.0.0.1:${instance.port(9200)}/`, { within: "30 seconds" }),
        start: { retries: 3 }
      }),
      program("web", 3, { name: "web", command: "/opt/web/serve" })
    )
  const after = shop("/opt/search-2/run")
  const first = after.programs.find(({ name }) => name === "search")?.instances[0]
  if (first === undefined) throw new Error("no instance")
  return made(shop("/opt/search-1/run"), after, {
    "search:0": {
      spec: first,
      started: first,
      state: "FATAL",
      process: null,
      reason: { kind: "gaveUp", text: "not ready within 30s: connection refused", attempts: 4 },
      since: ago(3)
    }
  })
}

const quotes = (version: string): Desired =>
  declared(
    program("quotes", 16, {
      name: "quotes",
      command: ["/opt/quotes/serve", "--engine", version],
      instances: 2,
      ready: http(`http://127.0.0.1:${instance.port(8300)}/`),
      update: { rollback: true }
    }),
    program("web", 3, { name: "web", command: "/opt/web/serve" })
  )

const undone = (): PlanToRead =>
  made(
    quotes("3"),
    quotes("4"),
    {},
    { bad: { number: 31, text: "quotes:0 BACKOFF: not ready within 30s" } }
  )

const pinned = (): PlanToRead => {
  const pin = { generation: 28, who: "maria", at: ago(75), reason: "engine 4 rounds wrongly" }
  return made(quotes("3"), quotes("4"), {}, { pin })
}

export const plansToRead: Readonly<Record<string, () => PlanToRead>> = {
  "add-and-remove": addAndRemove,
  cascade,
  drift: drifted,
  "half-updated": halfUpdated,
  pinned,
  protected: isProtected,
  reload: reloading,
  rolling,
  "shared-helper": helper,
  tasks,
  undone,
  waiting
}
