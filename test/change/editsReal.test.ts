/** Edits of the corpus done under a daemon: the processes that it replaces are those that had to be, and its plan says why. */
import * as fs from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Generation } from "../../src/domain/Generation.ts"
import { Estate, isRoot } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { applyEdit, copyTree, editsOf, trees } from "./corpus/corpusTrees.ts"
import { effectsOf, expectedEffects } from "./corpus/effectsOf.ts"
import { hadToBeReplaced, type Pids, replaced, running } from "./corpus/replaced.ts"

const sampleOf = (tree: string) =>
  editsOf(tree)
    .filter(({ real }) => real)
    .map((edit) => [`${edit.title} (${edit.place})`, edit] as const)

describe.each(trees)("%s", (tree) => {
  const estate = new Estate()
  beforeAll(async () => {
    copyTree(tree, estate.directory)
    if (!isRoot && tree === "server") stayWhoWeAre(estate.path("programs/web.ini"))
    await estate.up()
    await calm(estate)
  })
  afterAll(() => estate.clear())

  it.each(sampleOf(tree))("%s", async (_, edit) => {
    const before = await pids(estate)
    const newest = await estate.generation()
    const undo = applyEdit(estate.directory, edit)
    try {
      await calm(estate)
      const after = await pids(estate)
      assert.deepEqual(replaced(before, after, edit), hadToBeReplaced(edit))
      assert.deepEqual([...after.keys()].sort(), running(before, edit))
      assert.deepEqual(await effects(estate, newest), expectedEffects(edit.expected))
    } finally {
      undo()
      await calm(estate)
    }
    assert.deepEqual([...(await pids(estate)).keys()].sort(), [...before.keys()].sort())
  })
})

it("does at least two dozen", () => {
  assert.isAtLeast(trees.flatMap(sampleOf).length, 24)
})

const pids = async (estate: Estate): Promise<Pids> => new Map(Object.entries(await estate.pids()))

/** Of all generations since. An edit that changes no meaning may make none. */
const effects = async (estate: Estate, since: number): Promise<ReadonlyArray<string>> => {
  const newer = (await estate.generations()).filter(({ number }) => number > since)
  const details = await Promise.all(
    newer.map(({ number }): Promise<Generation> => estate.get(`/v1/generations/${number}`))
  )
  return details.flatMap(({ plan }) => (plan === null ? [] : effectsOf(plan))).sort()
}

/** Waits until the files, read anew, have nothing to do, and nothing is on its way. */
const calm = (estate: Estate): Promise<void> =>
  waitFor("all to be done", async () => {
    const { actions, held, metadata } = await estate.plan()
    assert.deepEqual(held, [])
    const { phase } = await estate.reconciler()
    const instances = await estate.instances()
    const isDone = actions.length === 0 && metadata.length === 0 && phase === "idle"
    // Who is STOPPED because it waits for another is on its way.
    const isCalm = instances.every(
      ({ reason, state }) =>
        state === "RUNNING" || (state === "STOPPED" && reason?.kind !== "waiting")
    )
    return isDone && isCalm
  })

/** Only root can run programs as somebody else. */
const stayWhoWeAre = (file: string): void =>
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("user=nobody\n", ""))
