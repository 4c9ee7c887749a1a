import { assert, describe, it } from "vitest"
import { cgroupPath } from "../../src/core/cgroupPath.ts"

const mount = (root: string, point: string, type = "cgroup2") =>
  `41 31 0:38 ${root} ${point} rw,relatime shared:9 - ${type} cgroup2 rw`

describe("the directory of a cgroup", () => {
  const unified = ["22 1 8:1 / / rw - ext4 /dev/sda rw", mount("/", "/sys/fs/cgroup")].join("\n")

  it("is below the mount of version 2, beside hierarchies of version 1", () => {
    const membership = "4:memory:/a\n0::/system.slice/reeve.service\n"
    assert.equal(cgroupPath(unified, membership), "/sys/fs/cgroup/system.slice/reeve.service")
    const hybrid = [mount("/", "/sys/fs/cgroup/memory", "cgroup"), mount("/", "/sys/u")].join("\n")
    assert.equal(cgroupPath(hybrid, "4:memory:/a\n0::/b\n"), "/sys/u/b")
  })

  it("is the mount itself at the root, and what is left of the path where a part is mounted", () => {
    assert.equal(cgroupPath(unified, "0::/\n"), "/sys/fs/cgroup")
    assert.equal(cgroupPath(mount("/pod/a", "/cg"), "0::/pod/a\n"), "/cg")
    assert.equal(cgroupPath(mount("/pod/a", "/c\\040g"), "0::/pod/a/b c\n"), "/c g/b c")
  })

  it("is none where there is no version 2, or the process is outside of what can be seen", () => {
    assert.isNull(cgroupPath(unified, "4:memory:/a\n"))
    assert.isNull(cgroupPath(mount("/", "/sys/fs/cgroup", "cgroup"), "0::/a\n"))
    assert.isNull(cgroupPath(unified, "0::/../other\n"))
    assert.isNull(cgroupPath(mount("/pod/a", "/cg"), "0::/pod/ab\n"))
  })
})
