/** The daemon of an Estate is killed, and what the next one makes of it is looked at. */
import type { DaemonInfo } from "../../src/api/messages.ts"
import type { EventBody } from "../../src/domain/Event.ts"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import type { Estate } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

export const SIGKILL = 9
export const SIGTERM = 15
export const SIGSTOP = 19
export const SIGCONT = 18

/** Zombies are not. */
export const isAlive = (pid: number): boolean => {
  const facts = processFacts(pid)
  return facts !== null && facts.state !== "Z" && facts.state !== "X"
}

/** Kills it; gives its pid. */
export const kill = async (estate: Estate): Promise<number> => {
  const { daemon } = await estate.info()
  libc.kill(daemon.pid, SIGKILL)
  return daemon.pid
}

/** Waits until a daemon runs that is not the one given. */
export const another = async (estate: Estate, pid: number): Promise<DaemonInfo> => {
  let found: DaemonInfo | null = null
  await waitFor("the next daemon to run", async () => {
    found = await estate.info().catch(() => null)
    return found?.phase === "running" && found.daemon.pid !== pid
  })
  return found ?? Promise.reject(new Error("no daemon"))
}

export const killAndWait = async (estate: Estate): Promise<DaemonInfo> =>
  another(estate, await kill(estate))

/** All that was journaled, the oldest first. */
export const journal = async (estate: Estate): Promise<ReadonlyArray<EventBody>> => {
  const events: ReadonlyArray<{ readonly body: EventBody }> =
    await estate.get("/v1/events?limit=1000")
  return events.map(({ body }) => body)
}

/** Changes of state of one instance, "FROM TO" each. */
export const changes = async (estate: Estate, address: string): Promise<ReadonlyArray<string>> =>
  (await journal(estate)).flatMap((body) =>
    body.kind === "state" && body.address === address ? [`${body.from} ${body.to}`] : []
  )

export const exits = async (estate: Estate, address: string): Promise<number> =>
  (await journal(estate)).filter((body) => body.kind === "exit" && body.address === address).length
