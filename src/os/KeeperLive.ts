/**
 * The Keeper over descriptor 3. Lines are read as they come, without an Effect for each. Whatever waits for an answer has a limit
 * in time, and ends when the keeper does.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { EARLY, type Hello, isRecord, PROTOCOL } from "../core/keeperProtocol.ts"
import { exitStatus } from "./exitStatus.ts"
import { Keeper, type Met, type OrphanExit } from "./Keeper.ts"
import { KeeperTalk } from "./KeeperTalk.ts"
import { keeperLink } from "./keeperLink.ts"
import { noKeeper } from "./noKeeper.ts"

/** For the first `hello`, and that of a keeper that follows by execve. */
const HELLO_MS = 2_000
const RENEW_MS = 5_000
/** One that is still to come; its end is seen at once. */
const EARLY_HELLO_MS = 60_000

/** Waits for the keeper's `hello`, and answers it. */
export const KeeperLive = Layer.effect(
  Keeper,
  Effect.suspend(() => {
    const link = keeperLink()
    if (link.protocol < 2) return Effect.succeed(noKeeper)
    const talk = new KeeperTalk(link)
    const isEarly = process.argv.at(-1) === EARLY
    return Effect.map(talk.hello(isEarly ? EARLY_HELLO_MS : HELLO_MS), (hello) => {
      // What was to be this daemon's keeper ended before it was one; nothing runs yet that would need this daemon.
      if (hello === null && isEarly && talk.isLost) process.exit(1)
      if (hello === null) return noKeeper
      link.say(`hello ${JSON.stringify({ protocol: PROTOCOL })}`)
      current = talk
      return serviceOver(talk, metWith(hello, talk.facts))
    })
  })
)

let current: KeeperTalk | undefined

/** The next keeper that says hello on this line, or null when none does in time. To be run before it is asked to. */
export const renewedKeeper = (): Effect.Effect<Pick<Hello, "protocol" | "version"> | null> =>
  current?.hello(RENEW_MS) ?? Effect.succeed(null)

const serviceOver = (talk: KeeperTalk, met: Met): Keeper["Service"] => {
  const { link } = talk
  const tell = (word: string, value: unknown) =>
    Effect.sync(() => link.say(`${word} ${JSON.stringify(value)}`))
  return {
    met,
    hold: (paths) =>
      paths.length === 0
        ? Effect.succeed([])
        : Effect.map(talk.ask("hold", { paths }), (answer) => {
            if (answer === "lost") return []
            if (answer === "late") return paths
            const { failed } = answer
            return isRecord(failed) ? Object.keys(failed) : []
          }),
    drop: (paths) => Effect.sync(() => link.saySoon(`drop ${JSON.stringify({ paths })}`)),
    keepOnly: (paths) => tell("keep", { paths }),
    mirror: (spawnId, text) => Effect.sync(() => link.say(factLine(spawnId, text))),
    mirrorSoon: (spawnId, text) => Effect.sync(() => link.saySoon(factLine(spawnId, text))),
    forget: (spawnId) => Effect.sync(() => link.say(`forget ${spawnId}`)),
    forgetSoon: (spawnId) => Effect.sync(() => link.saySoon(`forget ${spawnId}`)),
    collect: (take) =>
      Effect.suspend(() => {
        talk.caughtUp = false
        link.say("exits")
        return takeExits(talk, take, () => talk.caughtUp || talk.isLost)
      }),
    hear: (take) =>
      Effect.andThen(
        takeExits(talk, take, () => false),
        Effect.never
      ),
    listen: (name, fd) =>
      Effect.map(talk.ask("listen", { name, fd }), (answer) => {
        if (answer === "lost") return null
        if (answer === "late") return "ETIMEDOUT"
        return typeof answer["errno"] === "string" ? answer["errno"] : null
      }),
    // The keeper does one thing after the other: when it answers the question, which asks for nothing, it has let go.
    unlisten: (name) =>
      Effect.andThen(tell("unlisten", { name }), Effect.asVoid(talk.ask("hold", { paths: [] }))),
    lost: talk.lost,
    present: () => !talk.isLost
  }
}

const factLine = (spawnId: string, text: string): string =>
  `fact ${spawnId} ${text.replaceAll("\n", " ")}`

/** An exit is `taken` only when `take` has returned: one whose `take` was interrupted comes first again. */
const takeExits = Effect.fnUntraced(function* (
  talk: KeeperTalk,
  take: (exit: OrphanExit) => Effect.Effect<void>,
  isOver: () => boolean
) {
  for (;;) {
    const [kept] = talk.exits
    if (kept === undefined) {
      if (isOver()) return
      yield* talk.news(isOver)
      continue
    }
    const { code, pid, startTicks, status } = kept
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        restore(take({ pid, startTicks, status: exitStatus(code, status) })),
        Effect.sync(() => {
          talk.exits.shift()
          talk.link.say(`taken ${JSON.stringify({ pid })}`)
        })
      )
    )
  }
})

const metWith = (hello: Hello, facts: ReadonlyMap<string, string>): Met => {
  const pid = process.ppid
  const held = Object.entries(hello.held)
  return {
    protocol: hello.protocol,
    pid,
    version: hello.version,
    run: hello.run,
    before: hello.before,
    facts: new Map(facts),
    held: new Map(held.map(([path, fd]) => [path, `/proc/${pid}/fd/${fd}`])),
    sockets: new Map(Object.entries(hello.sockets))
  }
}
