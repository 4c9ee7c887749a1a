import { assert, describe, it } from "vitest"
import {
  askedOf,
  kernelFields,
  limitFiles,
  tellsOfKill,
  unheldText
} from "../../src/core/kernelLimits.ts"
import { definitionOf } from "./specOf.ts"

describe("limits that the kernel holds", () => {
  it("are written into the files of their controllers", () => {
    assert.deepEqual(limitFiles("cpus", 1.5), [["cpu.max", "150000 100000"]])
    assert.deepEqual(limitFiles("cpus", 0.01), [["cpu.max", "1000 100000"]])
    assert.deepEqual(limitFiles("tasks", 512), [["pids.max", "512"]])
    assert.deepEqual(limitFiles("memoryMax", 1024 ** 3), [
      ["memory.oom.group", "1"],
      ["memory.max", "1073741824"]
    ])
  })

  it("are none again when they are taken back", () => {
    const files = kernelFields.flatMap((field) => limitFiles(field, null))
    assert.deepEqual(files, [
      ["memory.oom.group", "0"],
      ["memory.max", "max"],
      ["cpu.max", "max 100000"],
      ["pids.max", "max"]
    ])
  })

  it("are asked for where they are declared, and limits.memory is none of them", () => {
    const { limits } = definitionOf()
    assert.deepEqual(askedOf({ ...limits, memory: 1024 ** 3 }), [])
    assert.deepEqual(askedOf({ ...limits, tasks: 5, memoryMax: 1024 ** 3 }), ["memoryMax", "tasks"])
  })

  it("say in one sentence which do not hold, and what is done about memory", () => {
    const why = "no cgroup of version 2 is to be seen here"
    assert.equal(
      unheldText([{ field: "cpus", why }]),
      `limits.cpus is not held by the kernel, as ${why}`
    )
    assert.equal(
      unheldText(kernelFields.map((field) => ({ field, why }))),
      `limits.memoryMax, limits.cpus and limits.tasks are not held by the kernel, as ${why}; ` +
        "reeve looks after limits.memoryMax instead"
    )
    assert.equal(
      unheldText([
        { field: "cpus", why: "A" },
        { field: "tasks", why: "B" }
      ]),
      "limits.cpus is not held by the kernel, as A; limits.tasks is not held by the kernel, as B"
    )
  })

  it("know a kill by the kernel from its count", () => {
    const events = (kills: number) =>
      `low 0\nhigh 0\nmax 12\noom 1\noom_kill ${kills}\noom_group_kill 0\n`
    assert.isTrue(tellsOfKill(events(1)))
    assert.isTrue(tellsOfKill(events(20)))
    assert.isFalse(tellsOfKill(events(0)))
    assert.isFalse(tellsOfKill(""))
  })
})
