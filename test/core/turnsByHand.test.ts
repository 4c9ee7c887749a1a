import { assert, it } from "vitest"
import type { InstanceKey } from "../../src/domain/Instance.ts"
import { FormerKeys } from "../../src/supervise/FormerKeys.ts"
import { type Instance, makeInstance } from "../../src/supervise/Instance.ts"
import { turnsByHand } from "../../src/supervise/turnsByHand.ts"
import { specOf } from "./specOf.ts"

it("the turn of an instance is its latest command's, under whatever name it has by then", () => {
  const [web, site] = [specOf({ name: "web" }), specOf({ name: "site" })]
  const instance = makeInstance(web, { record: null, override: null, now: 0 })
  const instances = new Map<InstanceKey, Instance>([[web.key, instance]])
  const former = new FormerKeys()
  const turns = turnsByHand({ instances, former })
  const first = turns.beginCommand([web.key])
  assert.equal(turns.turnOf(web.key, first), web.key)
  instances.delete(web.key)
  instances.set(site.key, instance)
  former.moved(web.key, site.key)
  assert.equal(turns.turnOf(web.key, first), site.key)
  const second = turns.beginCommand([site.key])
  assert.isNull(turns.turnOf(web.key, first))
  assert.equal(turns.turnOf(site.key, second), site.key)
})

it("a former key leads to the instance that had it, until another has it or that is gone", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => specOf({ name }).key)
  if (a === undefined || b === undefined || c === undefined) throw new Error("three keys")
  const former = new FormerKeys()
  former.moved(a, b)
  former.moved(b, c)
  assert.deepEqual(
    [a, b, c].map((key) => former.now(key)),
    [c, c, c]
  )
  former.moved(c, a)
  assert.deepEqual(
    [a, b, c].map((key) => former.now(key)),
    [a, a, a]
  )
  former.taken(c)
  assert.equal(former.now(c), c)
  former.gone(c)
  assert.equal(former.now(b), b)
})
