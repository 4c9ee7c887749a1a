/**
 * The daemon's conversation with its keeper: what came and was not looked at, and who waits for what. Whatever waits for an
 * answer has a limit in time, and ends when the keeper does.
 */
import * as Effect from "effect/Effect"
import {
  type Before,
  type Hello,
  isRecord,
  type KeptExit,
  members,
  splitLine
} from "../core/keeperProtocol.ts"
import { afterAll } from "./afterAll.ts"
import type { KeeperLink } from "./keeperLink.ts"

const ANSWER_MS = 1_000

export type Answer = Readonly<Record<string, unknown>> | "late" | "lost"

export class KeeperTalk {
  readonly link: KeeperLink
  readonly facts = new Map<string, string>()
  readonly exits: Array<KeptExit> = []
  caughtUp = false
  isLost = false
  /** Until the first `hello` is asked for. */
  #early: Hello | null = null
  #asked = 0
  readonly #answers = new Map<number, (answer: Answer) => void>()
  readonly #greeted = new Set<(hello: Hello | null) => void>()
  readonly #news = new Set<() => void>()
  readonly #lost = new Set<() => void>()

  constructor(link: KeeperLink) {
    this.link = link
    link.hear(
      (line) => this.#hear(line),
      () => this.#lose()
    )
  }

  /** The next one; null: too late, or the keeper is gone. The clock runs from now on. */
  hello(withinMs: number): Effect.Effect<Hello | null> {
    let came: Hello | null | undefined = this.#early ?? undefined
    let tell = (hello: Hello | null) => {
      came = hello
    }
    const listener = (hello: Hello | null) => {
      stop()
      this.#greeted.delete(listener)
      tell(hello)
    }
    const stop = afterAll(withinMs, () => listener(null))
    this.#greeted.add(listener)
    if (this.#early !== null || this.isLost) listener(this.#early)
    this.#early = null
    return Effect.callback((resume) => {
      if (came !== undefined) return resume(Effect.succeed(came))
      tell = (hello) => resume(Effect.succeed(hello))
    })
  }

  ask(word: string, question: Readonly<Record<string, unknown>>): Effect.Effect<Answer> {
    return Effect.callback((resume) => {
      if (this.isLost) return resume(Effect.succeed("lost" as const))
      this.#asked += 1
      const id = this.#asked
      const finish = (answer: Answer) => {
        stop()
        this.#answers.delete(id)
        resume(Effect.succeed(answer))
      }
      const stop = afterAll(ANSWER_MS, () => finish("late"))
      this.#answers.set(id, finish)
      this.link.say(`${word} ${JSON.stringify({ id, ...question })}`)
    })
  }

  /** An exit waits, or it is over, as it may be with every line that comes. */
  news(isOver: () => boolean): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      if (this.exits.length > 0 || isOver()) return resume(Effect.void)
      const listener = () => resume(Effect.void)
      this.#news.add(listener)
      return Effect.sync(() => this.#news.delete(listener))
    })
  }

  readonly lost: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.isLost) return resume(Effect.void)
    const listener = () => resume(Effect.void)
    this.#lost.add(listener)
    return Effect.sync(() => this.#lost.delete(listener))
  })

  #hear(line: string): void {
    const [word, text] = splitLine(line)
    switch (word) {
      case "fact": {
        const [id, fact] = splitLine(text)
        this.facts.set(id, fact)
        return
      }
      case "hello": {
        const hello = readHello(text)
        if (hello !== null && this.#greeted.size === 0) this.#early = hello
        if (hello !== null) for (const listener of [...this.#greeted]) listener(hello)
        return
      }
      case "held":
      case "listened": {
        const { id, ...answer } = members(text)
        if (typeof id === "number") this.#answers.get(id)?.(answer)
        return
      }
      case "exit": {
        const kept = readExit(text)
        if (kept !== null) this.exits.push(kept)
        this.#tellNews()
        return
      }
      case "caughtUp":
        this.caughtUp = true
        this.#tellNews()
    }
  }

  #tellNews(): void {
    const listeners = [...this.#news]
    this.#news.clear()
    for (const listener of listeners) listener()
  }

  #lose(): void {
    this.isLost = true
    for (const answer of [...this.#answers.values()]) answer("lost")
    for (const listener of [...this.#greeted]) listener(null)
    for (const listener of this.#lost) listener()
    this.#tellNews()
  }
}

const readHello = (text: string): Hello | null => {
  const { before, held, protocol, run, sockets, version } = members(text)
  if (typeof protocol !== "number" || protocol < 2 || typeof run !== "number") return null
  return {
    protocol,
    run,
    version: typeof version === "string" ? version : "",
    before: readBefore(before),
    held: numbers(held),
    sockets: numbers(sockets)
  }
}

const readBefore = (value: unknown): Before => {
  if (!isRecord(value)) return { kind: "none" }
  const { atMs, kind, text } = value
  if (kind === "restarted" || kind === "replaced") return { kind }
  if (kind !== "died" || typeof text !== "string" || typeof atMs !== "number") {
    return { kind: "none" }
  }
  return { kind, text, atMs }
}

const numbers = (value: unknown): Readonly<Record<string, number>> =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, fd]) => (typeof fd === "number" ? [[name, fd]] : []))
      )
    : {}

const readExit = (text: string): KeptExit | null => {
  const { code, pid, startTicks, status } = members(text)
  if (typeof code !== "number" || typeof pid !== "number") return null
  if (typeof startTicks !== "number" || typeof status !== "number") return null
  return { pid, startTicks, code, status }
}
