/**
 * Whether a call on a file may have to wait for another machine or for a process: any mount of this namespace decides for all
 * paths, as a link may lead from each to it. Where there is none, calls that block are made at once: going by Node's threads
 * takes ten times as long.
 */
import { readFileSync } from "node:fs"
import { monotonicMs } from "./threadClock.ts"

/** File systems that answer by themselves, from memory or a disk of this machine (proc_pid_mountinfo(5), the field after `-`). */
const LOCAL = new Set(
  `bdev bfs binfmt_misc bpf btrfs cgroup cgroup2 configfs cpuset debugfs devpts devtmpfs efivarfs erofs exfat ext2 ext3 ext4 f2fs
fusectl hugetlbfs iso9660 jfs mqueue nsfs ntfs3 overlay proc pstore ramfs rootfs securityfs selinuxfs squashfs sysfs tmpfs tracefs
udf vfat xfs zfs`.split(/\s+/)
)

/** systemd mounts what stands behind it when it is looked at, without anybody else. */
const ALSO_LOCAL = /^autofs systemd-1 .*\/proc\/sys\/fs\/binfmt_misc$/

/** For so long a look counts. */
const KNOWN_MS = 1_000

let seen = { at: Number.NEGATIVE_INFINITY, remote: true }

export const hasRemoteMounts = (): boolean => {
  const now = monotonicMs()
  if (now - seen.at >= KNOWN_MS) seen = { at: now, remote: look() }
  return seen.remote
}

const look = (): boolean => {
  try {
    return listsRemote(readFileSync("/proc/self/mountinfo", "utf8"))
  } catch {
    return true
  }
}

/** Of the text of /proc/self/mountinfo. */
export const listsRemote = (mounts: string): boolean =>
  mounts
    .split("\n")
    .filter((line) => line !== "")
    .some((line) => !isLocal(line))

const isLocal = (line: string): boolean => {
  const [before = "", after = ""] = line.split(" - ")
  const [type = "", source = ""] = after.split(" ")
  return LOCAL.has(type) || ALSO_LOCAL.test(`${type} ${source} ${before.split(" ")[4] ?? ""}`)
}
