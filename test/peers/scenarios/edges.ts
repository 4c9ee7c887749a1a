/** Signals at odd moments, spawn errors, rights of logs, listeners that speak out of turn, expansions (1.5, 2, 3.3, 6.3, 7.6). */
import { statSync } from "node:fs"
import { join } from "node:path"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { alone, end, fresh, loggedLines, sayLogged } from "./alone.ts"

const stubborn = [
  "[program:slow]",
  "command=/bin/sh -c \"trap '' TERM; echo up; while :; do sleep 1; done\"",
  "stopwaitsecs=4\nstartsecs=0\nstdout_logfile=DIR/slow.out\n"
].join("\n")

const busy = async (side: Side): Promise<void> => {
  await fresh(side, config(stubborn))
  await side.until("its handler", () => side.read("slow.out").includes("up"))
}

const lateListener = `import sys, time
sys.stdout.write('READY\\n'); sys.stdout.flush()
time.sleep(float(sys.argv[1]))
sys.stdout.write('out of turn\\n'); sys.stdout.flush()
time.sleep(1000)
`

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "SIGQUIT ends it",
    play: async (side) => {
      await fresh(side, config(""))
      side.signal("SIGQUIT")
      await side.ended()
      sayLogged(side, /received/)
    }
  },
  {
    name: "SIGHUP during a shutdown is ignored",
    play: async (side) => {
      await busy(side)
      side.signal("SIGTERM")
      await side.until("its word", () => side.read("s.log").includes("to die"))
      side.signal("SIGHUP")
      await side.ended()
      sayLogged(side, /received|ignored|stopped|killing/)
    }
  },
  {
    name: "SIGTERM during a restart is a shutdown",
    play: async (side) => {
      await busy(side)
      side.signal("SIGHUP")
      await side.until("its word", () => side.read("s.log").includes("to die"))
      side.signal("SIGTERM")
      await side.ended()
      sayLogged(side, /received|stopped|killing|started with/)
      side.say(`left: ${side.exists("s.pid")} ${side.exists("s.sock")}`)
    }
  },
  {
    name: "a reload during a shutdown, and a shutdown during a reload",
    play: async (side) => {
      await busy(side)
      await side.ctl("reload")
      await side.until("its word", () => side.read("s.log").includes("to die"))
      await side.ctl("shutdown")
      await side.ctl("status")
      side.signal("SIGTERM")
      await side.ended()
    }
  },
  {
    name: "commands that are empty, relative or in no directory",
    play: async (side) => {
      const program = (name: string, command: string) =>
        `[program:${name}]\ncommand=${command}\nautostart=false\nstartretries=0\nstartsecs=0\n`
      const programs = [
        program("empty", ""),
        program("blank", '""'),
        program("relative", "./run.sh"),
        program("nowhere", "/nope/run"),
        program("quoted", "it's"),
        program("text", "DIR/text")
      ]
      side.write("text", "no interpreter")
      side.write("run.sh", "#!/nope/sh\n")
      await fresh(side, config(programs.join("")))
      for (const name of ["empty", "blank", "relative", "nowhere", "quoted", "text"]) {
        await side.rpc(["supervisor.startProcess", [name]])
        await side.ctl("start", name)
      }
      await end(side)
    }
  },
  {
    name: "rights and moments of log files",
    play: async (side) => {
      const logged = (name: string) =>
        `[program:${name}]\ncommand=/bin/sleep 1000\nautostart=false\nstartsecs=0\nstdout_logfile=DIR/${name}.log\n`
      await fresh(
        side,
        config(
          `${logged("own")}[program:auto]\ncommand=/bin/sleep 1000\nautostart=false\nstartsecs=0`
        )
      )
      side.say(`before: ${side.exists("own.log")}`)
      await side.ctl("start", "own")
      for (const name of side
        .files()
        .filter((one) => one.endsWith(".log"))
        .toSorted()) {
        side.say(`${name} ${(statSync(join(side.directory, name)).mode & 0o777).toString(8)}`)
      }
      await end(side)
    }
  },
  {
    name: "a listener that speaks out of turn",
    play: async (side) => {
      side.write("late.py", lateListener)
      await fresh(
        side,
        config(
          "[eventlistener:late]\ncommand=/usr/bin/python3 -u DIR/late.py 1.5\nevents=TICK_3600\nstdout_logfile=DIR/late.log"
        )
      )
      await side.until("its word", () => side.read("s.log").includes("UNKNOWN"))
      sayLogged(side, /UNKNOWN|out of turn/)
      await side.ctl("status")
      side.show("late.log")
      await end(side)
    }
  },
  {
    name: "what expressions expand to",
    play: async (side) => {
      const words =
        "%(host_node_name)s %(group_name)s %(program_name)s %(process_num)d %(numprocs)d"
      await fresh(
        side,
        config(
          [
            `[program:alone]\ncommand=echo ${words} %(here)s\nautostart=false`,
            `[program:one]\ncommand=echo ${words}\nautostart=false\nenvironment=A="%(group_name)s"`,
            `[program:two]\ncommand=echo ${words} %(ENV_OF_ALL)s\nautostart=false`,
            "directory=%(here)s/%(program_name)s\nnumprocs=2\nprocess_name=%(process_num)03d-%(group_name)s",
            "[group:both]\nprograms=one,two"
          ].join("\n"),
          'environment=OF_ALL="%(host_node_name)s/%(here)s"'
        )
      )
      const [answer] = await side.quietly(["supervisor.getAllConfigInfo", []])
      const all = answer !== undefined && "value" in answer ? answer.value : []
      for (const { command, directory, group, name } of Array.isArray(all) ? all : []) {
        side.say(`${group}:${name} in ${directory}: ${command}`)
      }
      await end(side)
    }
  },
  {
    name: "G2: startsecs=0 never gives up",
    play: async (side) => {
      await fresh(
        side,
        config(
          '[program:loop]\ncommand=/bin/sh -c "sleep 0.3; exit 1"\nstartsecs=0\nstartretries=1'
        )
      )
      await side.until("five lives", () => loggedLines(side, /spawned: 'loop'/).length >= 5)
      for (const line of loggedLines(side, /loop/).slice(0, 9)) side.say(line)
      await end(side)
    }
  },
  {
    name: "a stop by another signal, which a process takes as its exit",
    play: async (side) => {
      await fresh(
        side,
        config(
          [
            "[program:usr]\ncommand=/bin/sh -c \"trap 'exit 5' USR1; echo up; while :; do sleep 0.1; done\"",
            "stopsignal=USR1\nexitcodes=5\nstartsecs=0\nstdout_logfile=DIR/usr.out"
          ].join("\n")
        )
      )
      await side.until("its handler", () => side.read("usr.out").includes("up"))
      await side.ctl("stop", "usr")
      sayLogged(side, /stopped/)
      await side.ctl("start", "usr")
      await side.until("its handler", () => side.read("usr.out") === "up\nup\n")
      await side.ctl("signal", "USR1", "usr")
      await side.until("its exit", () => loggedLines(side, /exited: usr/).length > 0)
      sayLogged(side, /exited/)
      await side.rpc(["supervisor.getProcessInfo", ["usr"]])
      await end(side)
    }
  }
]

export const edges: ReadonlyArray<Stage> = alone(scenarios)
