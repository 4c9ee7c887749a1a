import { assert, describe, it } from "vitest"
import { listsRemote } from "../../src/os/remoteMounts.ts"

/** A line of /proc/self/mountinfo: where, type and source. */
const mount = (at: string, type: string, source: string): string =>
  `36 35 98:0 / ${at} rw,noatime shared:1 master:2 - ${type} ${source} rw,errors=continue\n`

const usual = [
  mount("/", "ext4", "/dev/vda1"),
  mount("/proc", "proc", "proc"),
  mount("/run", "tmpfs", "tmpfs"),
  mount("/sys/fs/cgroup", "cgroup2", "cgroup2"),
  mount("/var/lib/docker/overlay2/x", "overlay", "overlay")
].join("")

describe("mounts", () => {
  it("of disks and memory of this machine are local", () => {
    assert.isFalse(listsRemote(usual))
  })

  it.each([
    ["nfs4", "server:/export"],
    ["cifs", "//server/share"],
    ["9p", "share"],
    ["fuse.sshfs", "user@server:/"],
    ["autofs", "/etc/auto.home"],
    ["one-of-tomorrow", "none"]
  ])("of %s may wait for somebody", (type, source) => {
    assert.isTrue(listsRemote(usual + mount("/mnt/a b", type, source)))
  })

  it("that systemd makes for formats of programs wait for nobody", () => {
    const formats = "/proc/sys/fs/binfmt_misc"
    assert.isFalse(listsRemote(usual + mount(formats, "autofs", "systemd-1")))
    assert.isTrue(listsRemote(usual + mount("/home", "autofs", "systemd-1")))
  })
})
