/**
 * A whole `reeve supervisord` with something wrong around it: while that goes on it must stay the same process, answer others,
 * and not grow. Memory is that of the daemon with its threads, in MiB.
 */
import * as fs from "node:fs"
import { assert } from "vitest"
import { Client, callOf, post } from "./httpServer.ts"
import { type Begun, childrenOf, SupervisordSite } from "./SupervisordSite.ts"

/** What others wait at the median while something is wrong. */
const patienceMs = 50
const leastCalls = 100

export class TroubledDaemon {
  readonly site: SupervisordSite
  readonly #clients: Array<Client> = []
  #begun: Begun | null = null
  #daemon = 0

  constructor(programs: string, settings?: string) {
    this.site = new SupervisordSite(programs, settings)
  }

  async up(): Promise<void> {
    this.#begun = await this.site.up()
    const [daemon = 0] = childrenOf(this.#begun.pid)
    this.#daemon = daemon
  }

  signal(name: NodeJS.Signals): void {
    this.#begun?.child.kill(name)
  }

  client(): Client {
    const client = new Client(this.site.path("s.sock"))
    this.#clients.push(client)
    return client
  }

  /** The body of the answer. */
  async call(method: string, params = ""): Promise<string> {
    const client = this.client()
    const answer = await client.send(post(callOf(method, params))).answer()
    client.leave()
    return answer.slice(answer.indexOf("\r\n\r\n") + 4)
  }

  memory(): number {
    const status = fs.readFileSync(`/proc/${this.#daemon}/status`, "utf8")
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
  }

  /**
   * Asks on until the trouble is over, at least a hundred times. The daemon must be the same afterwards, its answers right, in
   * time at the median, and its memory at no moment `growthMiB` above what it was.
   */
  async endures(make: () => Promise<unknown>, growthMiB: number): Promise<void> {
    const before = this.memory()
    const client = this.client()
    const times: Array<number> = []
    const trouble = { over: false, failed: [] as unknown[] }
    const going = make().then(
      () => {
        trouble.over = true
      },
      (error) => {
        trouble.over = true
        trouble.failed.push(error)
      }
    )
    let most = before
    while (!trouble.over || times.length < leastCalls) {
      const began = performance.now()
      const answer = await client.send(post(callOf("supervisor.getState"))).answer()
      times.push(performance.now() - began)
      assert.include(answer, "<string>RUNNING</string>")
      most = Math.max(most, this.memory())
    }
    await going
    for (const error of trouble.failed) throw error
    client.leave()
    this.isTheSame()
    const median = times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN
    assert.isBelow(median, patienceMs, `the median of ${times.length} calls`)
    assert.isBelow(most - before, growthMiB, `memory above ${before} MiB`)
  }

  isTheSame(): void {
    assert.deepEqual(childrenOf(this.#begun?.pid ?? 0)[0], this.#daemon)
    assert.notInclude(this.site.log().join("\n"), "uncaught exception")
    assert.notInclude(this.site.log().join("\n"), "unhandled rejection")
  }

  async clear(): Promise<void> {
    for (const client of this.#clients) client.leave()
    await this.site.clear()
  }
}
