/** Flags of supervisord against its file, and where it looks for the file (1.1, 1.8, 7.1, 7.3). */
import { mkdirSync, readlinkSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { alone, end, fresh, loggedLines, sayLogged } from "./alone.ts"

const sleeper = (name: string, more = ""): string =>
  `[program:${name}]\ncommand=/bin/sleep 1000\nstartsecs=0\n${more}\n`

const withFlags = async (side: Side, text: string, ...flags: ReadonlyArray<string>) =>
  fresh(side, text, ["-n", "-c", join(side.directory, "s.conf"), ...flags])

/** In the background, until its pidfile is there. */
const inBackground = async (side: Side, text: string, ...flags: ReadonlyArray<string>) => {
  side.write("s.conf", text)
  await side.runs(["-c", join(side.directory, "s.conf"), ...flags])
  await side.until("its pidfile", () => side.read("s.pid").endsWith("\n"))
}

const goneFromBackground = async (side: Side): Promise<void> => {
  await side.quietly(["supervisor.shutdown", []])
  await side.until("its end", () => !side.exists("s.pid") && !side.exists("s.sock"))
}

const found = (name: string, file: string): Scenario => ({
  name,
  play: async (side) => {
    side.write(file, config(sleeper("x", "environment=A=%(here)s")))
    await side.start(["-n"])
    await side.state("RUNNING", "x")
    await side.ctl("status")
    await end(side)
  }
})

const mode = (side: Side, name: string): string =>
  (statSync(join(side.directory, name)).mode & 0o777).toString(8)

const scenarios: ReadonlyArray<Scenario> = [
  found("a file in the working directory", "supervisord.conf"),
  found("a file in etc below the working directory", "etc/supervisord.conf"),
  {
    name: "a file in the working directory comes before the one in etc",
    play: async (side) => {
      side.write("etc/supervisord.conf", config(sleeper("second")))
      side.write("supervisord.conf", config(sleeper("first")))
      await side.start(["-n"])
      await side.state("RUNNING", "first")
      await side.ctl("status")
      await end(side)
    }
  },
  {
    name: "a path relative to the working directory",
    play: async (side) => {
      side.write("conf/s.conf", config(sleeper("x", "directory=%(here)s")))
      await side.start(["-n", "-c", "conf/s.conf"])
      await side.state("RUNNING", "x")
      await side.ctl("reread")
      await end(side)
    }
  },
  ...["-v", "--version"].map(
    (flag): Scenario => ({
      name: `${flag} says no more than a version`,
      play: async (side) => {
        const before = side.transcript.length
        await side.runs([flag], ["stdout", "stderr"])
        // Each has a version of its own.
        side.transcript[before] = /^[\d.]+$/.test(side.transcript[before] ?? "") ? "N" : "?"
      }
    })
  ),
  {
    name: "flags come before the file",
    play: async (side) => {
      mkdirSync(join(side.directory, "logs"))
      const at = (name: string) => join(side.directory, name)
      await withFlags(
        side,
        config(sleeper("x"), "identifier=file\nloglevel=info"),
        ...["-l", at("other.log"), "-j", at("other.pid"), "-i", "flag", "-q", at("logs")],
        ...["-e", "debug"]
      )
      await side.state("RUNNING", "x")
      await side.rpc(["supervisor.getIdentification", []])
      side.say(`pid ${side.read("other.pid").trim() === String(side.pid())}`)
      side.say(side.files().toSorted().join(" "))
      await side.rpc(["supervisor.getProcessInfo", ["x"]])
      await side.ctl("reread")
      await side.rpc(["supervisor.getIdentification", []])
      await end(side)
      side.say(`debug: ${side.read("other.log").includes(" DEBG ")}`)
    }
  },
  {
    name: "long flags, shortened, and a level in upper case",
    play: async (side) => {
      side.write("s.conf", config(sleeper("x")))
      await side.start([
        "--nod",
        "--conf",
        join(side.directory, "s.conf"),
        "--ident=long",
        "--logl=WARN"
      ])
      await side.state("RUNNING", "x")
      await side.rpc(["supervisor.getIdentification", []])
      await end(side)
      sayLogged(side, /./)
    }
  },
  {
    name: "the main log is rotated by size",
    play: async (side) => {
      await withFlags(side, config(sleeper("x")), "-y", "600", "-z", "2")
      await side.state("RUNNING", "x")
      for (let n = 0; n < 12; n += 1) {
        await side.quietly(["supervisor.stopProcess", ["x"]], ["supervisor.startProcess", ["x"]])
      }
      await end(side)
      side.say(
        side
          .files()
          .filter((name) => name.startsWith("s.log"))
          .toSorted()
          .join(" ")
      )
      side.say(`whole lines: ${/^(\d{4}-.*\n)+$/.test(side.read("s.log.1"))}`)
      const size = side.read("s.log.1").length
      side.say(`of its size: ${size >= 600 && size < 800}`)
    }
  },
  {
    name: "the main log without backups",
    play: async (side) => {
      await withFlags(side, config(sleeper("x"), "logfile_maxbytes=600\nlogfile_backups=0"))
      await side.state("RUNNING", "x")
      for (let n = 0; n < 8; n += 1) {
        await side.quietly(["supervisor.stopProcess", ["x"]], ["supervisor.startProcess", ["x"]])
      }
      await end(side)
      side.say(
        side
          .files()
          .filter((name) => name.startsWith("s.log"))
          .join(" ")
      )
      side.say(`small: ${side.read("s.log").length < 800}`)
    }
  },
  {
    name: "nocleanup leaves logs of earlier lives",
    play: async (side) => {
      side.write("old-stdout---supervisor-abcd1234.log", "old")
      await withFlags(side, config(sleeper("x")), "-k")
      await side.state("RUNNING", "x")
      side.say(
        side
          .files()
          .filter((name) => name.includes("---"))
          .toSorted()
          .join("\n")
      )
      await end(side)
    }
  },
  {
    name: "strip_ansi as a flag",
    play: async (side) => {
      const colours =
        "[program:x]\ncommand=/bin/sh -c \"printf '\\033[31mred\\033[0m\\n'; sleep 1000\""
      await withFlags(side, config(`${colours}\nstdout_logfile=DIR/x.out`), "-t")
      await side.until("its output", () => side.read("x.out").includes("red\n"))
      side.say(JSON.stringify(side.read("x.out")))
      await end(side)
    }
  },
  {
    name: "a mask and a directory count in the background",
    play: async (side) => {
      mkdirSync(join(side.directory, "there"))
      const text = config(
        sleeper("x", "stdout_logfile=DIR/x.out"),
        "umask=027\ndirectory=DIR/there"
      )
      await inBackground(side, text)
      await side.state("RUNNING", "x")
      side.say(`pidfile ${mode(side, "s.pid")}, log of x ${mode(side, "x.out")}`)
      const [answer] = await side.quietly(["supervisor.getProcessInfo", ["x"]])
      const pid = /"pid":(\d+)/.exec(JSON.stringify(answer))?.[1]
      side.say(readlinkSync(`/proc/${pid}/cwd`))
      await goneFromBackground(side)
      sayLogged(side, /current directory|daemonizing/)
    }
  },
  {
    name: "G12: a mask and a directory in the foreground",
    play: async (side) => {
      mkdirSync(join(side.directory, "there"))
      const text = config(
        sleeper("x", "stdout_logfile=DIR/x.out"),
        "umask=027\ndirectory=DIR/there"
      )
      await fresh(side, text)
      await side.state("RUNNING", "x")
      side.say(`pidfile ${mode(side, "s.pid")}, log of x ${mode(side, "x.out")}`)
      const [answer] = await side.quietly(["supervisor.getProcessInfo", ["x"]])
      const pid = /"pid":(\d+)/.exec(JSON.stringify(answer))?.[1]
      side.say(readlinkSync(`/proc/${pid}/cwd`))
      await end(side)
    }
  },
  {
    name: "the environment of the supervisor's section reaches programs, and theirs comes before it",
    play: async (side) => {
      const show = '[program:x]\ncommand=/bin/sh -c "echo $A $B $C > DIR/seen; exec sleep 1000"\n'
      const text = config(
        `${show}environment=B=own,C="%(ENV_A)s!"`,
        'environment=A=all,B="all, too"'
      )
      await fresh(side, text)
      await side.until("its words", () => side.read("seen").endsWith("\n"))
      side.show("seen")
      side.say(`its own: ${loggedLines(side, /all, too/).length}`)
      await end(side)
    }
  }
]

export const flags: ReadonlyArray<Stage> = alone(scenarios, [
  {
    scenario: "G12: a mask and a directory in the foreground/plays",
    theirs: /^pidfile 644, log of x 644$/,
    ours: /^pidfile 640, log of x 640$/,
    why: "G12: what the file says counts in the foreground too"
  },
  {
    scenario: "G12: a mask and a directory in the foreground/plays",
    theirs: /^DIR$/,
    ours: /^DIR\/there$/,
    why: "G12: what the file says counts in the foreground too"
  }
])
