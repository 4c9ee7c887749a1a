/** How often a dashboard may ask: `getAllProcessInfo` over one connection that stays, one call after the other. */
import { connectCaller } from "../../test/peers/speed/Caller.ts"
import type { Figure } from "../harness/Figure.ts"
import { atLeast } from "../harness/goals.ts"
import { allBegun, fewer, settled, stamping } from "../harness/loads.ts"
import { withRunning } from "../harness/withRunning.ts"
import { xmlrpcServers } from "./names.ts"

const callsFigure = (full: number, factor: number): Figure => {
  const id = `calls.${full}`
  const title = `\`getAllProcessInfo\` per second, ${full.toLocaleString("en")} programs`
  return {
    id,
    row: "`getAllProcessInfo` per second",
    metrics: [
      { id, title, unit: "per s", better: "more", goals: [atLeast(factor, "supervisord")] }
    ],
    targets: xmlrpcServers,
    measure: (target, site, scale) => {
      const count = fewer(scale, full)
      return withRunning(target, site, stamping(site, count), async ({ xmlrpc }) => {
        // It answers no such calls.
        if (xmlrpc === null) return {}
        await allBegun(site, count)
        await settled(scale)
        return { [id]: await rateOf(xmlrpc, scale === "short" ? 0.5 : 4) }
      })
    }
  }
}

const rateOf = async (socket: string, seconds: number): Promise<number> => {
  const { call, close } = await connectCaller(socket)
  const once = async () => {
    const answer = await call()
    if (!answer.includes("<name>statename</name>")) throw new Error(`no such answer: ${answer}`)
  }
  try {
    await once()
    const from = performance.now()
    let calls = 0
    while (performance.now() < from + seconds * 1_000) {
      await once()
      calls++
    }
    return calls / ((performance.now() - from) / 1_000)
  } finally {
    close()
  }
}

export const calls: ReadonlyArray<Figure> = [callsFigure(200, 20), callsFigure(1_000, 100)]
