import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { allProcesses } from "../../src/os/procStat.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

/** Whole numbers below `below`, the same ones for the same seed (a linear congruential generator). */
const chance = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const files = ["one.ts", "two.ts", "three.ts"]
/** Marks the processes of these tests among all others. */
const mark = 77_000_000 + process.pid * 100

const randomFile = (file: string, draw: (below: number) => number): string => {
  const names = Array.from({ length: 4 }, (_, at) => `${file.slice(0, -3)}${at}`)
  const chosen = names.filter(() => draw(4) > 0)
  return declare(
    Object.fromEntries(
      chosen.map((name) => [
        name,
        sleeper(mark + draw(3), {
          instances: 1 + draw(3),
          priority: draw(3),
          stop: { timeout: `${1 + draw(5)} seconds` },
          restart: { when: "always", backoff: { kind: "fixed", delay: "50ms" } }
        })
      ])
    )
  )
}

const commands = new Set([0, 1, 2].map((more) => `sleep ${mark + more}`))
const sleepers = () => allProcesses().filter(({ command }) => commands.has(command))

describe("saves, kills and commands in any order", () => {
  for (const seed of [1, 3]) {
    it(`end in what the files say, one process each, nothing besides (seed ${seed})`, async () => {
      const draw = chance(seed)
      for (const file of files) estate.write(file, randomFile(file, draw))
      await estate.up()
      const { daemon } = await estate.info()
      for (let step = 0; step < 30; step++) {
        const running = Object.entries(await estate.pids())
        const [address, pid] = running[draw(running.length)] ?? ["", 0]
        switch (draw(6)) {
          case 0:
          case 1:
          case 2: {
            const file = files[draw(files.length)] ?? ""
            estate.write(file, randomFile(file, draw))
            break
          }
          case 3:
            if (pid !== 0) tryKill(pid)
            break
          case 4:
            if (address !== "") await estate.run(draw(2) === 0 ? "restart" : "stop", address)
            break
          case 5:
            await estate.run("scale", address.split(":")[0] ?? "", String(draw(4)))
            break
        }
      }
      assert.include([0, 1], (await estate.run("release", "all")).code)
      const before = await estate.generation()
      for (const file of files) {
        const name = file.slice(0, -3)
        estate.write(file, declare({ [`${name}0`]: sleeper(mark, { instances: 2 }) }))
      }
      // Where this removes most of what there is, it waits to be confirmed.
      await waitFor("the last save to be read", async () => {
        const { generation, pending, phase } = await estate.reconciler()
        return phase === "idle" && (pending !== null || (generation ?? 0) > before)
      })
      await estate.run("apply")
      let text = ""
      await waitFor("everything to be as declared", async () => {
        const { actions, held } = await estate.plan()
        const instances = await estate.instances()
        const states = instances.map(({ spec, state }) => `${spec.address} ${state}`)
        text = JSON.stringify({ actions, held, states })
        return (
          actions.length === 0 &&
          instances.length === 6 &&
          instances.every(({ state }) => state === "RUNNING")
        )
      }).catch((error) => assert.fail(`${error} ${text}`))
      const declared = Object.values(await estate.pids()).sort()
      const found = sleepers()
        .map(({ pid }) => pid)
        .sort()
      assert.deepEqual(found, declared)
      for (const { leftovers, spec, started } of await estate.instances()) {
        assert.deepEqual(leftovers, [])
        assert.deepEqual(started?.definition.command, spec.definition.command)
      }
      await waitFor("every child that ended to be reaped", () =>
        allProcesses().every(({ parent, state }) => parent !== daemon.pid || state !== "Z")
      )
      assert.notInclude(estate.log(), "fatal")
      assert.notInclude(estate.log(), "a step failed")
    })
  }
})

const tryKill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It ended by itself meanwhile.
  }
}
