/** What stays open until somebody presses Ctrl-C: real processes of supervisorctl that follow logs (4.8, 5.3). */
import { spawn } from "node:child_process"
import { appendFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { environmentOf, type Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

interface Session {
  readonly said: () => string
  readonly type: (line: string) => void
  readonly hears: (text: string) => Promise<void>
  /** Ctrl-C, and its end; what it said goes down. */
  readonly interrupt: () => Promise<void>
  /** Its end by force, for a client whose threads wait for each other at Ctrl-C; what it said goes down. */
  readonly cut: () => void
  /** Its end by itself. */
  readonly over: () => Promise<void>
}

const open = (side: Side, ...words: ReadonlyArray<string>): Session => {
  const args = ["-u", "/usr/bin/supervisorctl", "-c", join(side.directory, "s.conf"), ...words]
  const child = spawn("/usr/bin/python3", args, {
    cwd: side.directory,
    env: { ...environmentOf(side.directory), LC_ALL: "C.UTF-8" }
  })
  let stdout = ""
  let stderr = ""
  let status: string | null = null
  child.stdout.on("data", (bytes: Buffer) => {
    stdout += bytes.toString()
  })
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes.toString()
  })
  child.on("close", (code, signal) => {
    status = String(code ?? signal)
  })
  child.stdin.on("error", () => undefined)
  const over = async () => {
    try {
      await side.until(`the end of ${words.join(" ")}`, () => status !== null)
    } finally {
      child.kill("SIGKILL")
    }
    side.say(`$ ${words.join(" ")}`)
    if (stdout !== "") side.say(stdout.replace(/\n$/, ""))
    if (stderr !== "") side.say(`stderr: ${stderr.replace(/\n$/, "")}`)
    side.say(`exit ${status}`)
  }
  return {
    said: () => stdout,
    type: (line) => void child.stdin.write(line),
    hears: async (text) => {
      try {
        await side.until(`${text} from ${words.join(" ")}`, () => stdout.includes(text))
      } catch (error) {
        child.kill("SIGKILL")
        throw new Error(`${String(error)}\n${stdout}${stderr}`)
      }
    },
    cut: () => {
      child.kill("SIGKILL")
      side.say(stdout.replace(/\n$/, ""))
    },
    interrupt: async () => {
      child.kill("SIGINT")
      await over()
      // What it says of Ctrl-C depends on where in its loop it was.
      const kept = side.transcript.filter((line) => line !== "" && !/KeyboardInterrupt/.test(line))
      side.transcript.splice(0, side.transcript.length, ...kept)
    },
    over
  }
}

const follows = (name: string, file: string, ...words: ReadonlyArray<string>): Scenario => ({
  name,
  play: async (side) => {
    const session = open(side, "tail", "-f", ...words)
    await session.hears("first")
    appendFileSync(join(side.directory, file), "second\n")
    await session.hears("second\n")
    await session.interrupt()
  }
})

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "everything is up",
    play: async (side) => {
      await side.state("RUNNING", "out", "cat", "grp:member")
      await side.until(
        "their output",
        () => side.read("out.log") !== "" && side.read("err.log") !== ""
      )
      side.say("up")
    }
  },
  follows("tail -f of a process", "out.log", "out"),
  follows("tail -f of its stderr", "err.log", "out", "stderr"),
  follows("tail -f of a member of a group", "member.log", "grp:member", "stdout"),
  {
    name: "tail -f begins 1024 bytes before the end",
    play: async (side) => {
      const session = open(side, "tail", "-f", "long")
      await session.hears("the end")
      await session.interrupt()
    }
  },
  {
    name: "tail -f goes over to a new file of the name",
    play: async (side) => {
      const session = open(side, "tail", "-f", "turned")
      await session.hears("first")
      renameSync(join(side.directory, "turned.log"), join(side.directory, "turned.log.1"))
      side.write("turned.log", "of the new file\n")
      await session.hears("of the new file\n")
      await session.interrupt()
    }
  },
  {
    name: "G22: tail -f of what is not there",
    play: async (side) => {
      await open(side, "tail", "-f", "nosuch").over()
      await open(side, "tail", "-f", "blind").over()
    }
  },
  {
    name: "maintail -f",
    play: async (side) => {
      const session = open(side, "maintail", "-f")
      await session.hears("==> Press Ctrl-C to exit <==\n")
      await side.quietly(["supervisor.startProcess", ["late"]])
      await session.hears("spawned: 'late'")
      const { transcript } = side
      await session.interrupt()
      // Where in the log it begins depends on the lengths of pids and directories.
      const kept = transcript.filter((line) => /Ctrl-C|'late'|^exit|^\$/.test(line))
      transcript.splice(0, transcript.length, ...kept)
    }
  },
  {
    name: "A.4: a stream as it is sent",
    play: async (side) => {
      await side.http("GET /logtail/out HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }
  },
  {
    name: "fg shows what a process says to what is typed",
    play: async (side) => {
      const session = open(side, "fg", "cat")
      await session.hears("==> Press Ctrl-C to exit <==\n")
      session.type("typed\n")
      await side.until("an echo", () => side.read("cat.log").includes("typed"))
      await session.hears("typed\n")
      session.cut()
    }
  }
]

const says = (name: string, words: string, more = ""): string =>
  `[program:${name}]\ncommand=/bin/sh -c "${words}; exec sleep 1000"\nstartsecs=0\n${more}`

export const sessions: ReadonlyArray<Stage> = [
  {
    name: "followed logs",
    files: {
      "s.conf": config(
        [
          says(
            "out",
            "echo first; echo first of err >&2",
            "stdout_logfile=DIR/out.log\nstderr_logfile=DIR/err.log"
          ),
          says(
            "member",
            "echo first",
            "stdout_logfile=DIR/member.log\n[group:grp]\nprograms=member"
          ),
          says("long", "seq 1000 1500; echo the end", "stdout_logfile=DIR/long.log"),
          says("turned", "echo first", "stdout_logfile=DIR/turned.log"),
          says("blind", "true", "stdout_logfile=NONE\nstderr_logfile=NONE"),
          says("late", "true", "autostart=false"),
          "[program:cat]\ncommand=/bin/cat\nstdout_logfile=DIR/cat.log\nstartsecs=0"
        ].join("\n")
      )
    },
    scenarios
  }
]
