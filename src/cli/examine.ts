/** What `reeve doctor` looks at. Reads only; what is missing comes with what it is for. */
import { accessSync, constants, readdirSync, readFileSync, statfsSync, statSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { fifoDirectory } from "../daemon/storeFiles.ts"
import type { Paths } from "../os/findPaths.ts"
import { isSupportedNode, neededNode } from "../os/supportedNode.ts"
import { examineCgroups } from "./examineCgroups.ts"
import { type Finding, finding } from "./Finding.ts"

export const examine = (paths: Paths): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const found = [
      nodeVersion(),
      platform(),
      yield* nativeCalls,
      ...(yield* daemon(paths)),
      ...tools.map(tool),
      ...(yield* examineCgroups(paths)),
      openFiles(),
      pipePages(paths.runtimeDirectory),
      ...[paths.stateDirectory, paths.runtimeDirectory].flatMap((path) => directory(path)),
      socketLength(paths.socket)
    ]
    return found
  })

const nodeVersion = (): Finding => {
  const fits = isSupportedNode(process.version)
  return {
    grade: fits ? "good" : "bad",
    subject: "node",
    text: fits ? process.version : `${process.version}; reeve needs ${neededNode}`
  }
}

const platform = (): Finding =>
  process.platform === "linux"
    ? { grade: "good", subject: "system", text: `Linux, ${process.arch}` }
    : {
        grade: "bad",
        subject: "system",
        text: `${process.platform}: reeve up needs Linux; check, plan and import work here`
      }

const nativeCalls: Effect.Effect<Finding> = Effect.tryPromise(() => import("../os/libc.ts")).pipe(
  Effect.match({
    onSuccess: (): Finding => ({ grade: "good", subject: "koffi", text: "native calls work" }),
    onFailure: (error): Finding => ({
      grade: "bad",
      subject: "koffi",
      text: `native calls do not load (${error}); install the package again on this machine`
    })
  })
)

/** Nothing where native calls do not load. */
const daemon = ({ stateDirectory }: Paths): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.tryPromise(() => import("../os/Lock.ts")).pipe(
    Effect.map(({ lockHolder }): ReadonlyArray<Finding> => {
      const holders = lockHolder(stateDirectory)
      if (holders === "free") return [finding("good", "daemon", "none runs here")]
      const { daemon: pid, keeper, orphaned } = holders
      const text = `pid ${pid} runs without its keeper, and nobody would start it again: reeve up takes it over`
      return orphaned
        ? [finding("warning", "daemon", text)]
        : [finding("good", "daemon", `runs (daemon pid ${pid}, keeper pid ${keeper})`)]
    }),
    Effect.orElseSucceed(() => [])
  )

const tools: ReadonlyArray<readonly [name: string, use: string]> = [
  ["setpriv", "programs with user (package util-linux)"],
  ["prlimit", "programs with limits (package util-linux)"],
  ["choom", "programs with limits.oomScoreAdjust (package util-linux)"],
  ["nice", "programs with limits.nice"],
  ["sh", "programs with umask"],
  ["git", "naming the commit of a generation"]
]

const tool = ([name, use]: readonly [string, string]): Finding => {
  const path = inPath(name)
  return path === null
    ? { grade: "warning", subject: name, text: `not found in PATH; needed for ${use}` }
    : { grade: "good", subject: name, text: path }
}

const inPath = (name: string): string | null => {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"]
  return (
    folders
      .filter((folder) => folder !== "")
      .map((folder) => join(folder, name))
      .find((path) => may(path, constants.X_OK)) ?? null
  )
}

/** Each instance takes up to four descriptors of the daemon: two FIFOs and two files. */
const openFiles = (): Finding => {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readOr("/proc/self/limits", ""))
  const hard = line?.[1] ?? "unknown"
  const few = Number(hard) < 4096
  return {
    grade: few ? "warning" : "good",
    subject: "open files",
    text: few
      ? `hard limit ${hard}: enough for about ${Math.floor(Number(hard) / 4)} instances`
      : `hard limit ${hard}`
  }
}

/** pipe(7): beyond this a user's pipes shrink, which costs speed, not data. */
const pipePages = (runtimeDirectory: string): Finding => {
  const pages = Number(readOr("/proc/sys/fs/pipe-user-pages-soft", "0"))
  const pipes = Math.floor(pages / 16)
  return process.getuid?.() === 0 || pages === 0 || pipes >= 2048
    ? { grade: "good", subject: "pipes", text: "no limit that matters" }
    : {
        grade: "warning",
        subject: "pipes",
        text: [
          `after ${pipes} pipes of this user new ones are small (fs.pipe-user-pages-soft), and output moves slower;`,
          `${pipesIn(runtimeDirectory)} are in use`
        ].join(" ")
      }
}

/** Each instance has one or two. */
const pipesIn = (runtimeDirectory: string): number => {
  try {
    return readdirSync(fifoDirectory(runtimeDirectory)).length
  } catch {
    return 0
  }
}

const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x65735546, "FUSE"]
])

const directory = (path: string): ReadonlyArray<Finding> => {
  const existing = nearestExisting(path)
  const facts = statSync(existing)
  const type = networkFileSystems.get(statfsSync(existing).type)
  const findings: Array<Finding> = []
  if (!facts.isDirectory()) findings.push(finding("bad", path, `${existing} is not a directory`))
  else if (!may(existing, constants.W_OK | constants.X_OK)) {
    findings.push(finding("bad", path, `not writable by uid ${process.getuid?.() ?? 0}`))
  } else findings.push(finding("good", path, existing === path ? "writable" : "can be made"))
  if (type !== undefined) {
    findings.push(finding("warning", path, `lies on ${type}: locks and databases are unsafe there`))
  }
  return findings
}

const socketLength = (socket: string): Finding => {
  const length = Buffer.byteLength(socket)
  return length > 107
    ? finding("bad", "socket", `${socket} has ${length} bytes, 107 is the most; use --socket`)
    : finding("good", "socket", socket)
}

const nearestExisting = (path: string): string =>
  statSync(path, { throwIfNoEntry: false }) === undefined ? nearestExisting(dirname(path)) : path

const may = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, "utf8").trim()
  } catch {
    return otherwise
  }
}
