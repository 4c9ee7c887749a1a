/** A web service that is updated with overlap, and clients that put it under a constant load. */
import { Agent, get } from "node:http"
import { fileURLToPath } from "node:url"

const fixture = fileURLToPath(new URL("../fixtures/overlap/web.mjs", import.meta.url))

/** One that is ready when it says so; `version`: what it answers. */
export const web = (port: number, version: string, fields: object = {}, update: object = {}) => ({
  command: [process.execPath, fixture, version],
  sockets: { http: `127.0.0.1:${port}` },
  ready: { kind: "notify", fd: 9, within: "3 seconds" },
  start: { stableAfter: "0s" },
  update: { strategy: "overlap", rollback: true, ...update },
  ...fields
})

export interface Answered {
  readonly version: string
  readonly pid: number
}

/** Fails with the error of the connection. */
export const fetchFrom = (port: number, agent: Agent): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, agent }, (response) => {
      let version = ""
      response.on("data", (bytes: Buffer) => {
        version += bytes
      })
      response.once("error", reject)
      response.once("end", () => {
        const pid = Number(response.headers["x-pid"])
        if (response.statusCode === 200) resolve({ version, pid })
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    asked.once("error", reject)
  })

/** `clients` of them, one request after the other each, every second one with one connection for all; `pauseMs` between two. */
export const load = (port: number, clients: number, pauseMs: number) => {
  const found = { answered: 0, failed: [] as string[], pids: new Set<number>() }
  let going = true
  const agents = Array.from(
    { length: clients },
    (_, at) => new Agent({ keepAlive: at % 2 === 0, maxSockets: 1 })
  )
  const run = async (agent: Agent) => {
    while (going) {
      await fetchFrom(port, agent).then(
        ({ pid }) => {
          found.answered += 1
          found.pids.add(pid)
        },
        (error: NodeJS.ErrnoException) => found.failed.push(error.code ?? error.message)
      )
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    agent.destroy()
  }
  const running = agents.map(run)
  return {
    found,
    stop: async () => {
      going = false
      await Promise.all(running)
      return found
    }
  }
}
