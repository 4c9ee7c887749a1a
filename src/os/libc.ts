/**
 * Every C library call that Node lacks, declared once. Nothing is loaded before the first call, so that importing this file
 * costs nothing and works where the calls do not exist. The convention is the kernel's: a call gives its result, or the
 * negated errno (`-2` is ENOENT); it never throws for an errno. `errnoName` names either sign.
 * Safe in worker threads: errno is per thread, and koffi keeps it from the call to `koffi.errno()`.
 */
import { constants as osConstants } from "node:os"
import { call, cLibrary } from "./cLibrary.ts"

const nameByErrno = new Map<number, string>(
  Object.entries(osConstants.errno).map(([name, number]) => [number, name])
)
/** EAGAIN and EWOULDBLOCK, ENOTSUP and EOPNOTSUPP are one number each: the first name is the usual one. */
nameByErrno.set(osConstants.errno.EAGAIN, "EAGAIN")

/** "ENOENT" for 2 and for -2; "errno 999" for a number without a name. */
export const errnoName = (errno: number): string =>
  nameByErrno.get(Math.abs(errno)) ?? `errno ${Math.abs(errno)}`

/** 2 for "ENOENT"; null: no such name. */
export const errnoOfName = (name: string): number | null => {
  const found = Object.entries(osConstants.errno).find(([known]) => known === name)
  return found?.[1] ?? null
}

let strerrorBound: ((errno: number) => unknown) | undefined

/** "No such file or directory" for 2 and for -2: the C library's words, as Python shows them. */
export const errnoText = (errno: number): string => {
  strerrorBound ??= cLibrary().func("const char *strerror(int errno)")
  return String(strerrorBound(Math.abs(errno)))
}

type Memory = Uint8Array | null

// Numbers below are those of Linux on x86-64 and arm64, where they agree.

export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  NOFOLLOW: process.arch === "arm64" ? 0o100000 : 0o400000,
  DIRECTORY: process.arch === "arm64" ? 0o40000 : 0o200000,
  PATH: 0o10000000
} as const

/** open(2); `mode` counts when it creates, less the umask. Always add O.CLOEXEC unless a child is to have it. */
const openRaw = call<[path: string, flags: number, type: "int", mode: number]>(
  "int open(const char *path, int flags, ...)"
)
export const open = (path: string, flags: number, mode = 0): number =>
  openRaw(path, flags, "int", mode)
export const close = call<[fd: number]>("int close(int fd)")
export const readInto = call<[fd: number, buffer: Uint8Array, length: number]>(
  "long read(int fd, void *buffer, size_t length)"
)
export const writeFrom = call<[fd: number, buffer: Uint8Array, length: number]>(
  "long write(int fd, const void *buffer, size_t length)"
)
export const mkfifo = call<[path: string, mode: number]>(
  "int mkfifo(const char *path, unsigned int mode)"
)

export const F_SETFD = 2
export const F_GETFL = 3
export const F_SETFL = 4
export const FD_CLOEXEC = 1
export const F_DUPFD_CLOEXEC = 1030
/** Gives the size that the pipe then has, or -EPERM above the user's allowance (pipe(7)). */
export const F_SETPIPE_SZ = 1031
export const F_GETPIPE_SZ = 1032
const fcntlRaw = call<[fd: number, command: number, type: "int", argument: number]>(
  "int fcntl(int fd, int command, ...)"
)
export const fcntl = (fd: number, command: number, argument = 0): number =>
  fcntlRaw(fd, command, "int", argument)

/** FIONREAD on a pipe: bytes that wait in it. `out` holds an int. */
export const FIONREAD = 0x541b
const ioctlRaw = call<[fd: number, request: number, type: "void*", out: Uint8Array]>(
  "int ioctl(int fd, unsigned long request, ...)"
)
export const ioctl = (fd: number, request: number, out: Uint8Array): number =>
  ioctlRaw(fd, request, "void*", out)

export const POLLIN = 0x1
export const POLLOUT = 0x4
/** `set`: 8 bytes a descriptor (int fd, short events, short revents). Blocks the calling thread. */
export const poll = call<[set: Uint8Array, count: number, timeoutMs: number]>(
  "int poll(void *set, unsigned long count, int timeoutMs)"
)
/** Whether this descriptor is ready (or broken, or closed by its other end) within that time. Blocks the calling thread. */
export const isReady = (fd: number, events: number, timeoutMs: number): boolean => {
  const set = Buffer.alloc(8)
  set.writeInt32LE(fd, 0)
  set.writeInt16LE(events, 4)
  return poll(set, 1, timeoutMs) > 0
}
export const SPLICE_F_NONBLOCK = 2
/** splice(2); an offset is null, or 8 bytes that the call reads and advances. */
export const splice = call<
  [from: number, fromOffset: Memory, to: number, toOffset: Memory, length: number, flags: number]
>("long splice(int from, void *fromOffset, int to, void *toOffset, size_t length, unsigned int)")
export const tee = call<[from: number, to: number, length: number, flags: number]>(
  "long tee(int from, int to, size_t length, unsigned int flags)"
)
export const SEEK_SET = 0
export const SEEK_END = 2
export const lseek = call<[fd: number, offset: number, whence: number]>(
  "long lseek(int fd, long offset, int whence)"
)
const CLOCK_BOOTTIME = 7
const clockGettime = call<[clock: number, time: Uint8Array]>(
  "int clock_gettime(int clock, void *time)"
)
const clockTime = Buffer.alloc(16)
/** Whole microseconds since the boot, those that the machine slept among them; what processes' start times are counted by. */
export const bootMicros = (): number => {
  clockGettime(CLOCK_BOOTTIME, clockTime)
  return clockTime.readUInt32LE(0) * 1e6 + Math.floor(clockTime.readUInt32LE(8) / 1000)
}
/** Blocks the calling thread. */
export const usleep = call<[microseconds: number]>("int usleep(unsigned int microseconds)")

/** pipe2(2): the read end, then the write end, or the negated errno. */
export const pipe2 = (flags: number): readonly [number, number] | number => {
  const ends = Buffer.alloc(8)
  const result = pipe2Raw(ends, flags)
  return result < 0 ? result : [ends.readInt32LE(0), ends.readInt32LE(4)]
}
const pipe2Raw = call<[ends: Uint8Array, flags: number]>("int pipe2(void *ends, int flags)")

export const LOCK_SH = 1
export const LOCK_EX = 2
export const LOCK_NB = 4
export const flock = call<[fd: number, operation: number]>("int flock(int fd, int operation)")

export const PR_SET_PDEATHSIG = 1
export const PR_SET_CHILD_SUBREAPER = 36
export const prctl = call<[option: number, a: number, b: number, c: number, d: number]>(
  "int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)"
)
export const kill = call<[pid: number, signal: number]>("int kill(int pid, int signal)")

export const P_ALL = 0
export const P_PID = 1
export const WNOHANG = 1
export const WEXITED = 4
/** Looks without reaping. */
export const WNOWAIT = 0x01000000
/** `info`: at least 128 bytes; siginfo_t has si_code at 8, si_pid at 16, si_status at 24. */
export const waitid = call<[kind: number, id: number, info: Uint8Array, options: number]>(
  "int waitid(int kind, unsigned int id, void *info, int options)"
)

export interface Rlimit {
  readonly soft: bigint
  readonly hard: bigint
}
export const RLIM_INFINITY = 0xffffffffffffffffn
export const RLIMIT = {
  CPU: 0,
  FSIZE: 1,
  DATA: 2,
  STACK: 3,
  CORE: 4,
  NPROC: 6,
  NOFILE: 7,
  MEMLOCK: 8,
  AS: 9
} as const
const prlimitRaw = call<[pid: number, resource: number, next: Memory, previous: Memory]>(
  "int prlimit(int pid, int resource, const void *next, void *previous)"
)
/** prlimit(2): limits of a process (0: this one), after setting them when `next` is given; or the negated errno. */
export const prlimit = (
  pid: number,
  resource: number,
  next: Rlimit | null = null
): Rlimit | number => {
  const previous = Buffer.alloc(16)
  let wanted: Buffer | null = null
  if (next !== null) {
    wanted = Buffer.alloc(16)
    wanted.writeBigUInt64LE(next.soft, 0)
    wanted.writeBigUInt64LE(next.hard, 8)
  }
  const result = prlimitRaw(pid, resource, wanted, previous)
  if (result < 0) return result
  return next ?? { soft: previous.readBigUInt64LE(0), hard: previous.readBigUInt64LE(8) }
}

export const PRIO_PROCESS = 0
/** setpriority(2); `who` is a thread on Linux, 0 the calling one. */
export const setpriority = call<[which: number, who: number, nice: number]>(
  "int setpriority(int which, unsigned int who, int nice)"
)
const anySyscall = "long syscall(long number, ...)"
const getpriorityRaw = call<[number, "long", number, "long", number]>(anySyscall)
/**
 * 20 less the niceness of a thread (0: the calling one), so that it is above 0; or the negated errno. By the kernel's call: in
 * the C library's -1 is a niceness as well as an error.
 */
export const getpriority = (thread: number): number =>
  getpriorityRaw(process.arch === "arm64" ? 141 : 140, "long", PRIO_PROCESS, "long", thread)

/** Linux gives new system calls one number on all machines from 424 on. */
const syscall4 = (number: number, a: number, b: number, c: number, d: number): number =>
  syscallRaw(number, "long", a, "long", b, "long", c, "long", d)
const syscallRaw =
  call<[number, "long", number, "long", number, "long", number, "long", number]>(anySyscall)
/** Marks every descriptor from `first` on close-on-exec (close_range(2), Linux 5.11); -ENOSYS or -EINVAL before. */
export const closeOnExecFrom = (first: number): number =>
  syscall4(436, first, 0xffffffff, CLOSE_RANGE_CLOEXEC, 0)
const CLOSE_RANGE_CLOEXEC = 4

// Rights on files of the calling thread alone (setfsuid(2)). Both give the former id, and never fail aloud.
export const setfsuid = call<[uid: number]>("int setfsuid(unsigned int uid)")
export const setfsgid = call<[gid: number]>("int setfsgid(unsigned int gid)")
const setgroupsRaw = call<[number, "long", number, "void*", Uint8Array]>(anySyscall)
/** The kernel's setgroups(2): this thread only, where the C library's changes all threads. */
export const setThreadGroups = (gids: ReadonlyArray<number>): number => {
  const list = Buffer.alloc(Math.max(4, gids.length * 4))
  for (const [index, gid] of gids.entries()) list.writeUInt32LE(gid, index * 4)
  return setgroupsRaw(process.arch === "arm64" ? 159 : 116, "long", gids.length, "void*", list)
}

export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000
export const socket = call<[domain: number, type: number, protocol: number]>(
  "int socket(int domain, int type, int protocol)"
)
/** `address`: a sockaddr_un, 2 bytes of family and a path that ends with 0. */
export const connect = call<[fd: number, address: Uint8Array, length: number]>(
  "int connect(int fd, const void *address, unsigned int length)"
)
export const bind = call<[fd: number, address: Uint8Array, length: number]>(
  "int bind(int fd, const void *address, unsigned int length)"
)
export const listen = call<[fd: number, backlog: number]>("int listen(int fd, int backlog)")
export const SOL_SOCKET = 1
export const SO_REUSEADDR = 2
export const IPPROTO_IPV6 = 41
export const IPV6_V6ONLY = 26
/** `value`: an int. */
export const setsockopt = call<
  [fd: number, level: number, option: number, value: Uint8Array, length: number]
>("int setsockopt(int fd, int level, int option, const void *value, unsigned int length)")
export const SO_ACCEPTCONN = 30
/** `value`: pid, uid and gid of who listens or connected, an int each. */
export const SO_PEERCRED = 17
/** `value` and `length`: an int each; the length is 4. */
export const getsockopt = call<
  [fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array]
>("int getsockopt(int fd, int level, int option, void *value, void *length)")
export const MSG_DONTWAIT = 0x40
export const MSG_NOSIGNAL = 0x4000
export const send = call<[fd: number, bytes: Uint8Array, length: number, flags: number]>(
  "long send(int fd, const void *bytes, size_t length, int flags)"
)

/** Returns only when it failed, with the negated errno. `argv` and `environment` ("NAME=value") end with null. */
export const execve = call<
  [path: string, argv: ReadonlyArray<string | null>, environment: ReadonlyArray<string | null>]
>("int execve(const char *path, const char **argv, const char **environment)")

/** A descriptor that stays with one process, whoever has its number later (pidfd_open(2)); close-on-exec. */
export const pidfdOpen = (pid: number): number => syscall4(434, pid, 0, 0, 0)
/** With `flags` PIDFD_SIGNAL_PROCESS_GROUP (Linux 6.9; -EINVAL before): to the group that the process leads. */
export const pidfdSendSignal = (fd: number, signal: number, flags: number): number =>
  syscall4(424, fd, signal, 0, flags)
export const PIDFD_SIGNAL_PROCESS_GROUP = 4
/** ioctl of a pidfd (Linux 6.13) on 64 bytes: a mask of what is asked and then told, at 60 the wait status of EXIT (6.15). */
export const PIDFD_GET_INFO = 0xc040ff0b
export const PIDFD_INFO_EXIT = 8

export const EPOLL_CLOEXEC = O.CLOEXEC
export const EPOLL_CTL_ADD = 1
export const EPOLLIN = 0x1
/** Tells once. */
export const EPOLLONESHOT = 0x40000000
/** Packed on x86-64 only: 32 bits of events, 64 bits of the caller's. */
export const EPOLL_EVENT =
  process.arch === "x64" ? { bytes: 12, dataAt: 4 } : { bytes: 16, dataAt: 8 }
export const epollCreate = call<[flags: number]>("int epoll_create1(int flags)")
export const epollControl = call<[epoll: number, operation: number, fd: number, event: Uint8Array]>(
  "int epoll_ctl(int epoll, int operation, int fd, void *event)"
)
/** Blocks the calling thread. */
export const epollWait = call<
  [epoll: number, events: Uint8Array, count: number, timeoutMs: number]
>("int epoll_wait(int epoll, void *events, int count, int timeoutMs)")

/** Bytes to allocate for each opaque structure: larger than both glibc's and musl's. */
export const SPAWN_ATTRIBUTES_BYTES = 512
export const SPAWN_ACTIONS_BYTES = 128
export const SIGNAL_SET_BYTES = 128
export const POSIX_SPAWN_SETSIGDEF = 0x04
export const POSIX_SPAWN_SETSIGMASK = 0x08
export const POSIX_SPAWN_SETSID = 0x80

export const sigfillset = call<[set: Uint8Array]>("int sigfillset(void *set)")
export const sigemptyset = call<[set: Uint8Array]>("int sigemptyset(void *set)")

// The posix_spawn family gives an errno as its result (0: done), not -1.
export const spawnAttributesInit = call<[attributes: Uint8Array]>(
  "int posix_spawnattr_init(void *attributes)"
)
export const spawnAttributesFlags = call<[attributes: Uint8Array, flags: number]>(
  "int posix_spawnattr_setflags(void *attributes, short flags)"
)
export const spawnAttributesDefaults = call<[attributes: Uint8Array, set: Uint8Array]>(
  "int posix_spawnattr_setsigdefault(void *attributes, void *set)"
)
export const spawnAttributesMask = call<[attributes: Uint8Array, set: Uint8Array]>(
  "int posix_spawnattr_setsigmask(void *attributes, void *set)"
)
export const spawnActionsInit = call<[actions: Uint8Array]>(
  "int posix_spawn_file_actions_init(void *actions)"
)
export const spawnActionsDestroy = call<[actions: Uint8Array]>(
  "int posix_spawn_file_actions_destroy(void *actions)"
)
export const spawnActionsDup2 = call<[actions: Uint8Array, from: number, to: number]>(
  "int posix_spawn_file_actions_adddup2(void *actions, int from, int to)"
)
export const spawnActionsChdir = call<[actions: Uint8Array, path: string]>(
  "int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)"
)
/** `pid`: 4 bytes, written. */
export const posixSpawn = call<
  [
    pid: Uint8Array,
    path: string,
    actions: Uint8Array,
    attributes: Uint8Array,
    argv: ReadonlyArray<string | null>,
    environment: ReadonlyArray<string | null>
  ]
>(
  "int posix_spawn(void *pid, const char *path, void *actions, void *attributes, const char **argv, const char **environment)"
)

// What the keeper does with descriptors of other processes, and with what it hands on.

/** socketpair(2): both ends, or the negated errno. */
export const socketpair = (type: number): readonly [number, number] | number => {
  const ends = Buffer.alloc(8)
  const result = socketpairRaw(AF_UNIX, type, 0, ends)
  return result < 0 ? result : [ends.readInt32LE(0), ends.readInt32LE(4)]
}
const socketpairRaw = call<[domain: number, type: number, protocol: number, ends: Uint8Array]>(
  "int socketpair(int domain, int type, int protocol, void *ends)"
)
/** A copy, close-on-exec, of a descriptor of another process (pidfd_open(2), pidfd_getfd(2), Linux 5.6). */
export const copyDescriptor = (pid: number, fd: number): number => {
  const handle = pidfdOpen(pid)
  if (handle < 0) return handle
  const copy = syscall4(438, handle, fd, 0, 0)
  close(handle)
  return copy
}
/** A file without a name, in memory; every program that is executed inherits it. */
export const memfdCreate = call<[name: string, flags: number]>(
  "int memfd_create(const char *name, unsigned int flags)"
)

const mallocTrim = call<[keep: number]>("int malloc_trim(size_t keep)")

/** What was freed goes back to the system (malloc_trim(3)); where the C library has no such call (musl), nothing happens. */
export const trimAllocator = (): void => {
  try {
    mallocTrim(0)
  } catch {}
}
