/** One supervisor under comparison: Debian's or reeve's, in a directory of its own, with what a scenario does to it. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createConnection } from "node:net"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { normalise, plainValue } from "./normalise.ts"
import type { CtlAnswer, Python, RpcAnswer, RpcCall } from "./Python.ts"

export type Which = "supervisord" | "reeve"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const deadlineMs = 30_000

export interface Side {
  readonly which: Which
  readonly directory: string
  /** Lines so far, normalised. */
  readonly transcript: Array<string>
  readonly say: (text: string) => void
  /** Starts the supervisor with the flags; resolves when its socket answers, or when it has ended. */
  readonly start: (flags?: ReadonlyArray<string>) => Promise<void>
  /** Of the process started last. */
  readonly pid: () => number
  readonly hasEnded: () => boolean
  /** Waits for the end; puts the exit status down. */
  readonly ended: () => Promise<void>
  /** Runs to its end and puts down stderr (stdout is the log) and the exit status. */
  readonly runs: (
    flags: ReadonlyArray<string>,
    show?: ReadonlyArray<"stdout" | "stderr">
  ) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  /** The real supervisorctl with `-c s.conf`; its output goes down. */
  readonly ctl: (...args: ReadonlyArray<string>) => Promise<CtlAnswer>
  /** The same with its standard input; `args` complete. */
  readonly ctlRaw: (args: ReadonlyArray<string>, stdin?: string) => Promise<CtlAnswer>
  /** Calls through Python's xmlrpc.client; each call and its answer go down. */
  readonly rpc: (...calls: ReadonlyArray<RpcCall>) => Promise<ReadonlyArray<RpcAnswer>>
  /** The same without a word. */
  readonly quietly: (...calls: ReadonlyArray<RpcCall>) => Promise<ReadonlyArray<RpcAnswer>>
  /** One HTTP request as written, to the unix socket; the answer goes down. */
  readonly http: (request: string) => Promise<string>
  /** Waits until every process named has the state. */
  readonly state: (state: string, ...names: ReadonlyArray<string>) => Promise<void>
  readonly until: (what: string, holds: () => boolean | Promise<boolean>) => Promise<void>
  readonly write: (name: string, text: string) => void
  /** Content of a file of the directory; empty when there is none. */
  readonly read: (name: string) => string
  readonly exists: (name: string) => boolean
  /** Puts down a file's content. */
  readonly show: (name: string) => void
  readonly files: () => ReadonlyArray<string>
  /** Lines of the main log since the last call that match, without their times. */
  readonly logLines: (pattern: RegExp) => void
  /** Ends whatever runs. */
  readonly close: () => Promise<void>
}

export const environmentOf = (directory: string): NodeJS.ProcessEnv => {
  const kept = ["PATH", "LANG", "HOME", "TZ"].map((name) => [name, process.env[name]] as const)
  return {
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    PCT: "50%",
    REEVE_STATE_DIR: join(directory, ".state"),
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  }
}

export const commandOf = (which: Which): readonly [string, ReadonlyArray<string>] =>
  which === "supervisord"
    ? ["/usr/bin/python3", ["/usr/bin/supervisord"]]
    : [join(root, "node_modules/.bin/node"), [join(root, "dist/reeve.js"), "supervisord"]]

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const makeSide = (which: Which, directory: string, python: Python): Side => {
  mkdirSync(directory, { recursive: true })
  let child: ChildProcess | null = null
  let status: string | null = null
  let logSeen = 0
  const output = { stdout: "", stderr: "" }
  const known = () => ({ directory, pid: child?.pid ?? null })
  const transcript: Array<string> = []
  const say = (text: string) => {
    for (const line of text.split("\n")) transcript.push(normalise(line, known()))
  }
  const at = (name: string) => join(directory, name)
  const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "")
  const until: Side["until"] = async (what, holds) => {
    const end = Date.now() + deadlineMs
    while (!(await holds())) {
      if (Date.now() > end) {
        throw new Error(
          `${which}: ${what} did not come about; its log:\n${read("s.log").slice(-3000)}\n${output.stderr.slice(-2000)}`
        )
      }
      await pause(25)
    }
  }
  const launch = (flags: ReadonlyArray<string>): ChildProcess => {
    const [command, words] = commandOf(which)
    status = null
    output.stdout = ""
    output.stderr = ""
    const started = spawn(command, [...words, ...flags], {
      cwd: directory,
      env: environmentOf(directory),
      stdio: ["ignore", "pipe", "pipe"]
    })
    started.stdout.on("data", (bytes: Buffer) => {
      output.stdout += bytes.toString()
    })
    started.stderr.on("data", (bytes: Buffer) => {
      output.stderr += bytes.toString()
    })
    started.on("close", (code, signal) => {
      status = code === null ? String(signal) : String(code)
    })
    child = started
    return started
  }
  const url = `unix://${at("s.sock")}`
  const quietly: Side["quietly"] = (...calls) => python.rpc(url, calls)
  const put = ({ code, stderr, stdout }: CtlAnswer, args: ReadonlyArray<string>) => {
    if (stdout !== "") {
      const lines = stdout.replace(/\n$/, "").split("\n")
      // What ends at the same moment has no order; pids alone on a line are somebody's.
      const many = args.some((word) => word.endsWith(":*") || word === "all")
      const shown = args.includes("pid")
        ? lines.map((line) => line.replace(/^\d\d+$/, "PID"))
        : lines
      say((many ? shown.toSorted() : shown).join("\n"))
    }
    if (stderr !== "") say(`stderr: ${stderr.replace(/\n$/, "")}`)
    say(`exit ${code}`)
  }
  const ctlRaw: Side["ctlRaw"] = async (args, stdin = "") => {
    say(`$ supervisorctl ${args.join(" ")}`)
    const answer = await python.ctl(directory, args, stdin)
    put(answer, args)
    return answer
  }
  const ended = async () => {
    await until("its end", () => status !== null)
    say(`ended ${status}`)
  }
  return {
    which,
    directory,
    transcript,
    say,
    start: async (flags = ["-n", "-c", at("s.conf")]) => {
      launch(flags)
      await until("an answer", async () => {
        if (status !== null) return true
        const [answer] = await quietly(["supervisor.getState", []])
        if (answer === undefined || "error" in answer) return false
        // Without its namespace the method is not known; anything else is on its way down or up.
        return !("fault" in answer) || answer.fault[0] === 1
      })
    },
    pid: () => child?.pid ?? -1,
    hasEnded: () => status !== null,
    ended,
    runs: async (flags, shown = ["stderr"]) => {
      launch(flags)
      await until("its end", () => status !== null)
      for (const stream of shown) {
        if (output[stream] !== "") say(output[stream].replace(/\n$/, ""))
      }
      say(`ended ${status}`)
    },
    signal: (signal) => {
      child?.kill(signal)
    },
    ctl: (...args) => ctlRaw(["-c", at("s.conf"), ...args]),
    ctlRaw,
    rpc: async (...calls) => {
      const answers = await quietly(...calls)
      for (const [index, answer] of answers.entries()) {
        const [method = "", params = []] = calls[index] ?? []
        say(`> ${method}(${JSON.stringify(params).slice(1, -1)})`)
        say(plainValue(answer, known()))
      }
      return answers
    },
    quietly,
    http: async (request) => {
      say(`> ${JSON.stringify(request)}`)
      const answer = await rawHttp(at("s.sock"), request)
      say(answer.replaceAll("\r", ""))
      return answer
    },
    state: async (state, ...names) => {
      for (const name of names) {
        await until(`${name} ${state}`, async () => {
          const [answer] = await quietly(["supervisor.getProcessInfo", [name]])
          return (
            answer !== undefined &&
            "value" in answer &&
            JSON.stringify(answer.value).includes(`"statename":"${state}"`)
          )
        })
      }
    },
    until,
    write: (name, text) => {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), text.replaceAll("DIR", directory))
    },
    read,
    exists: (name) => existsSync(at(name)),
    show: (name) => {
      say(`# ${name}`)
      say(read(name).replace(/\n$/, ""))
    },
    files: () => readdirSync(directory).filter((name) => !name.startsWith(".")),
    logLines: (pattern) => {
      const lines = read("s.log").split("\n")
      for (const line of lines.slice(logSeen)) {
        if (pattern.test(line)) say(`log: ${line}`)
      }
      logSeen = lines.length - 1
    },
    close: async () => {
      if (child === null || status !== null) return
      child.kill("SIGTERM")
      const end = Date.now() + 20_000
      while (status === null && Date.now() < end) await pause(25)
      if (status === null) child.kill("SIGKILL")
    }
  }
}

/** Until the other end closes, or the announced length has come. */
const rawHttp = (path: string, request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path)
    let text = ""
    const finish = () => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(5000, finish)
    socket.on("connect", () => socket.write(request))
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1")
      const [head = "", body] = [
        text.slice(0, text.indexOf("\r\n\r\n")),
        text.slice(text.indexOf("\r\n\r\n") + 4)
      ]
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      if (text.includes("\r\n\r\n") && length !== undefined && body.length >= Number(length))
        finish()
    })
    socket.on("close", finish)
    socket.on("error", reject)
  })
