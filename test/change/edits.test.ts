/**
 * The corpus of edits: what plans do with realistic changes of files is what a careful operator, who was asked before, says that
 * must be done; and each restart names what it is for.
 */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import type { Actual } from "../../src/domain/Actual.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { nothing } from "../core/planning/world.ts"
import { loadAll, loadingLive } from "../real/loading.ts"
import { applyEdit, copyTree, editsOf, trees } from "./corpus/corpusTrees.ts"
import { effectsOf, expectedEffects } from "./corpus/effectsOf.ts"
import { hadToBeReplaced, replaced } from "./corpus/replaced.ts"
import { pidsOf, settled } from "./corpus/settled.ts"

const runtime = ManagedRuntime.make(loadingLive())
afterAll(() => runtime.dispose())

describe.each(trees)("%s", (tree) => {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "reeve-edits-")))
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

  const load = async (): Promise<Desired> => {
    const { loaded, text } = await runtime.runPromise(loadAll([join(directory, "programs")]))
    return loaded?.desired ?? assert.fail(text)
  }

  let before: Actual = nothing
  beforeAll(async () => {
    copyTree(tree, directory)
    before = settled(await load(), nothing)
  })

  const edits = editsOf(tree).map((edit) => [`${edit.title} (${edit.place})`, edit] as const)

  it.each(edits)("%s", async (_, edit) => {
    const undo = applyEdit(directory, edit)
    const desired = await load().finally(undo)
    const first = plan(desired, before, unattended)
    assert.deepEqual(first.held, [])
    assert.deepEqual(effectsOf(first), expectedEffects(edit.expected))
    assert.deepEqual(
      replaced(pidsOf(before), pidsOf(settled(desired, before)), edit),
      hadToBeReplaced(edit)
    )
  })
})

it("has three hundred edits of different names", () => {
  const titles = trees.flatMap((tree) => editsOf(tree).map(({ title }) => title))
  assert.isAtLeast(titles.length, 300)
  assert.equal(new Set(titles).size, titles.length)
})
