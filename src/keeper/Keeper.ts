/**
 * What the keeper does about its daemon: starts it, passes signals on, keeps what it is told to keep, and when the daemon has
 * ended, ends too or starts the next one. A daemon that answered `hello` and was up survives its own death; every other one's
 * programs are stopped then, as nobody could take them over.
 */
import { constants } from "node:os"
import {
  AGAIN,
  ENDING,
  type Hello,
  isStrings,
  type KeeperOptions,
  LISTENING,
  members,
  PROTOCOL,
  RESTARTING,
  splitLine
} from "../core/keeperProtocol.ts"
import { type Ended, endedBy, hasEnded, oldestExit, reap, reapAll } from "../os/endedChildren.ts"
import { LineSocket } from "../os/LineSocket.ts"
import * as libc from "../os/libc.ts"
import { passOn, say } from "../os/say.ts"
import { stopInherited } from "../os/stopInherited.ts"
import { machineMs } from "../os/threadClock.ts"
import { version } from "../os/version.ts"
import { becomeKeeper, type Knowledge, type Life } from "./Knowledge.ts"
import { keepFor } from "./keepFor.ts"
import { startDaemon } from "./startDaemon.ts"

const LONGEST_PAUSE_MS = 30_000
const RENEW_POLL_MS = 10

export class Keeper {
  readonly #known: Knowledge
  #link: LineSocket | null = null
  #pause: NodeJS.Timeout | null = null
  #stopping = false

  constructor(known: Knowledge) {
    this.#known = known
  }

  /** Goes on with the daemon that is there, or starts the first. */
  run(): void {
    if (this.#known.life === null) this.#begin()
    else this.#greet(this.#known.life)
    this.look()
  }

  /** A stop is passed at once, unless that would end a daemon which is to take programs over; then it waits for that. */
  stopAsked(signal: NodeJS.Signals): void {
    const { asked, life, proven } = this.#known
    if (!asked.includes(signal)) asked.push(signal)
    if (this.#pause !== null) this.#begin()
    else if (life?.hears || !proven) this.#pass(signal)
  }

  /** These must not end a daemon that does not hear them yet: they wait, each once. */
  signalCame(signal: NodeJS.Signals): void {
    const { life, waiting } = this.#known
    if (life?.hears) this.#pass(signal)
    else if (!waiting.includes(signal)) waiting.push(signal)
  }

  /** Some child has ended. */
  look(): void {
    const { life } = this.#known
    if (this.#stopping) reapAll()
    if (life === null || life.pid === null) return
    const exit = reap(life.pid)
    if (exit === null) this.#showExits(life, life.pid)
    else {
      life.pid = null
      this.#link?.whenOver(() => this.#over(life, endedBy(exit)))
    }
  }

  #pass(signal: NodeJS.Signals): void {
    const pid = this.#known.life?.pid
    if (typeof pid === "number") libc.kill(pid, constants.signals[signal])
  }

  #begin(): void {
    const known = this.#known
    if (this.#pause !== null) clearTimeout(this.#pause)
    this.#pause = null
    known.run += 1
    const life = startDaemon(known)
    if (typeof life !== "string") {
      known.life = life
      this.#greet(life, known.facts)
    } else if (known.proven && known.asked.length === 0) {
      this.#again(`cannot be started: ${life}`)
    } else {
      say(`the daemon cannot be started: ${life}`)
      void this.#stopAll(null)
    }
  }

  #greet(life: Life, facts: ReadonlyMap<string, string> = new Map()): void {
    const { before, held, run } = this.#known
    const rest = Buffer.from(life.rest, "base64")
    const link = new LineSocket(life.fd, rest, (line) => this.#hear(line))
    this.#link = link
    // What one has said that ended before this keeper came is to be read, which a write that fails would cut short.
    if (life.pid === null || hasEnded(life.pid)) return
    for (const [id, text] of facts) link.say(`fact ${id} ${text}`)
    const { sockets } = life
    const paths = Object.fromEntries(held)
    const hello: Hello = { protocol: PROTOCOL, version, run, before, held: paths, sockets }
    link.say(`hello ${JSON.stringify(hello)}`)
  }

  #hear(line: string): void {
    const known = this.#known
    const { life } = known
    if (life === null) return
    const [word, text] = splitLine(line)
    switch (word) {
      case "hello": {
        const { protocol } = members(text)
        if (typeof protocol === "number") life.protocol = protocol
        break
      }
      case LISTENING:
      case ENDING:
      case RESTARTING:
      case "leaving":
      case "exits":
        if (!life.said.includes(word)) life.said.push(word)
        if (word === LISTENING) this.#daemonHears(life)
        if (word === RESTARTING) life.hears = false
        if (word === "exits") life.caughtUp = false
        this.look()
        break
      case "taken":
        if (life.shown === null || members(text)["pid"] !== life.shown) break
        reap(life.shown)
        life.shown = null
        this.look()
        break
      case "replacing": {
        const { daemon, daemonArgs } = members(text)
        if (typeof daemon !== "string" || !isStrings(daemonArgs)) break
        life.hears = false
        life.replacing = { daemon, daemonArgs }
        break
      }
      case "renew": {
        const { keeper } = members(text)
        // Not before the lines that came with this one are done.
        if (typeof keeper === "string") setImmediate(() => this.#renew(life, keeper))
        break
      }
      default:
        if (!keepFor(known, word, text, (answer) => this.#link?.say(answer))) {
          this.#bootLine(life, line)
        }
    }
  }

  #daemonHears(life: Life): void {
    const { asked, proven, waiting } = this.#known
    if (life.hears) return
    life.hears = true
    if (proven) for (const signal of asked) this.#pass(signal)
    for (const signal of waiting.splice(0)) this.#pass(signal)
  }

  /** The lines of the boot go to whoever waits for it, up to the last one. */
  #bootLine(life: Life, line: string): void {
    const known = this.#known
    const { ready } = known
    const [last] = /^(ready|failed)\b/.exec(line) ?? []
    if (last !== undefined) {
      if (!life.said.includes(last)) life.said.push(last)
      known.ready = null
      if (last === "ready" && life.protocol >= 2) known.proven = true
    }
    if (ready !== null) passOn(ready, line, last !== undefined)
  }

  /**
   * One exit at a time goes to a daemon that asked for them. What falls to the keeper of one that does not speak of exits is
   * reaped; but not before it had the time to say so, where exits of an earlier daemon's programs may be among them.
   */
  #showExits(life: Life, daemon: number): void {
    const asked = life.said.includes("exits")
    const mayCome = life.protocol >= 2 || this.#known.proven
    while (life.shown === null && (asked || isLegacy(life) || !mayCome)) {
      const exit = oldestExit()
      if (exit?.pid === daemon) break
      if (exit === null) {
        if (asked && !life.caughtUp) this.#link?.say("caughtUp")
        life.caughtUp = true
        break
      }
      if (asked) {
        life.shown = exit.pid
        this.#link?.say(`exit ${JSON.stringify(exit)}`)
      } else reap(exit.pid)
    }
  }

  /** The daemon has ended, and all that it said is read. */
  #over(life: Life, ended: Ended): void {
    const known = this.#known
    const { asked, options } = known
    known.life = null
    this.#link = null
    // One that came up is no reason to wait: pauses are for those that cannot.
    if (life.said.includes("ready")) known.deaths = 0
    // It said so as the last thing: whatever ended it after that had nothing left to end.
    if (life.said.includes("leaving")) process.exit(0)
    // A stop that came when there was no daemon to pass it to is still a stop.
    const anew = life.said.includes(RESTARTING) && ended.code === 0 && asked.length === 0
    if (life.replacing !== null) this.#follow(life.replacing, "replaced")
    else if (anew) {
      const words = options.daemonArgs.filter((word) => word !== AGAIN)
      known.proven = false
      this.#follow({ daemonArgs: [...words, AGAIN] }, "restarted")
    } else this.#overUnasked(life, ended)
  }

  #overUnasked(life: Life, ended: Ended): void {
    const { asked, proven } = this.#known
    const ending = life.said.includes(ENDING)
    const meant = ending || (!proven && (ended.code === 0 || life.said.includes("failed")))
    if (meant && ended.code !== null) process.exit(ended.code)
    // One that was begun for the stop, or did not come to hear it: another would not either.
    const hopeless = asked.length > 0 && (life.forStop || !life.hears)
    if (!proven || isLegacy(life) || ending || hopeless) void this.#stopAll(ended)
    else {
      this.#known.before = { kind: "died", text: ended.text, atMs: machineMs() }
      this.#again(`ended unexpectedly ${ended.text}`)
    }
  }

  #follow(options: Partial<KeeperOptions>, kind: "replaced" | "restarted"): void {
    const known = this.#known
    known.options = { ...known.options, ...options }
    known.before = { kind }
    known.deaths = 0
    this.#begin()
  }

  /** At once the first time, and where a stop waits for it; then later and later. */
  #again(what: string): void {
    const known = this.#known
    const doubled = known.deaths === 0 ? 0 : 1000 * 2 ** Math.min(known.deaths - 1, 10)
    const pauseMs = known.asked.length > 0 ? 0 : Math.min(doubled, LONGEST_PAUSE_MS)
    known.deaths += 1
    const when = pauseMs === 0 ? "" : ` in ${pauseMs / 1000} s`
    say(`the daemon ${what}; it is started again${when}, and the programs go on`)
    if (pauseMs === 0) this.#begin()
    else this.#pause = setTimeout(() => this.#begin(), pauseMs)
  }

  async #stopAll(ended: Ended | null): Promise<void> {
    // A stop that came before the daemon could listen for it is still a stop.
    const wanted = this.#known.asked.some((signal) => signal === ended?.signal)
    if (ended !== null && !wanted) {
      say(`the daemon ended unexpectedly ${ended.text}; what it ran is stopped now`)
    }
    this.#stopping = true
    const found = await stopInherited(new Set(this.#known.spared), say).catch(() => 1)
    process.exit(wanted && found === 0 ? 0 : 1)
  }

  /** What was said must have left this process: the keeper that follows does not have it. */
  #renew(life: Life, entry: string): void {
    const link = this.#link
    if (life.pid === null || link === null || this.#known.life !== life) return
    if (link.quiet) {
      life.rest = link.rest().toString("base64")
      say(`the keeper cannot become ${entry}: ${becomeKeeper(entry, this.#known)}`)
    } else setTimeout(() => this.#renew(life, entry), RENEW_POLL_MS)
  }
}

/** It came up without a word of protocol 2. */
const isLegacy = (life: Life): boolean =>
  life.protocol < 2 && (life.said.includes(LISTENING) || life.said.includes("ready"))
