import { assert, describe, it } from "@effect/vitest"
import { memoryAmong } from "../../../bench/harness/inMemory.ts"

const anybody = () => true

describe("the place in memory of a measurement", () => {
  it("is /run where that is one", () => {
    const mounts = "tmpfs /dev/shm tmpfs rw 0 0\ntmpfs /run tmpfs rw,nosuid 0 0\n"
    assert.strictEqual(memoryAmong(mounts, anybody), "/run")
  })

  it("is /dev/shm where /run is on the disk", () => {
    const mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n"
    assert.strictEqual(memoryAmong(mounts, anybody), "/dev/shm")
  })

  it("is not /run where that is another's", () => {
    const mounts = "tmpfs /run tmpfs rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n"
    assert.strictEqual(
      memoryAmong(mounts, (directory) => directory !== "/run"),
      "/dev/shm"
    )
  })

  it("is none where no script can be run there, or nothing written", () => {
    const mounts = "tmpfs /dev/shm tmpfs rw,noexec 0 0\ntmpfs /run tmpfs ro 0 0\n"
    assert.isNull(memoryAmong(mounts, anybody))
  })
})
