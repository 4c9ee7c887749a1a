/**
 * Listeners written for supervisor, on both: the headers and payloads they get, what their answers lead to, what is logged. Pools
 * have priorities of their own, or supervisord gives what one rejects to all of them (G3).
 */
import { fileURLToPath } from "node:url"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

const script = fileURLToPath(new URL("../../fixtures/listeners/listener.py", import.meta.url))
const samples = "/usr/lib/python3/dist-packages/supervisor/scripts"

const listener = (
  name: string,
  steps: string,
  events: string,
  priority: number,
  more = ""
): string =>
  [
    `[eventlistener:${name}]`,
    `command=/usr/bin/python3 ${script} ${steps}`,
    `environment=RECORD="DIR/${name}.jsonl",PYTHONUTF8="1"`,
    `events=${events}`,
    `priority=${priority}`,
    "startsecs=0",
    "autorestart=true",
    more
  ].join("\n")

interface Got {
  readonly header: string
  readonly payload: string
}

const gotBy = (side: Side, name: string): ReadonlyArray<Got> =>
  side
    .read(`${name}.jsonl`)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Got)

const typeOf = ({ header }: Got): string => /eventname:(\S+)/.exec(header)?.[1] ?? ""

const whole = ({ header, payload }: Got): string =>
  `${header.replace(/ len:\d+/, payload.includes("pid:") ? " len:N" : "$&").trimEnd()} | ${JSON.stringify(payload)}`

/** Waits for so many events more than were shown before, and puts them down. */
const shown = new WeakMap<Side, Map<string, number>>()
const show = async (
  side: Side,
  name: string,
  more: number,
  form: (got: Got) => string = whole
): Promise<void> => {
  const seen = shown.get(side) ?? new Map<string, number>()
  shown.set(side, seen)
  const before = seen.get(name) ?? 0
  await side.until(`${more} events more for ${name}`, () => {
    return gotBy(side, name).length >= before + more
  })
  for (const got of gotBy(side, name).slice(before, before + more)) side.say(form(got))
  seen.set(name, before + more)
}

/** Without the numbers, where what happens at once has no order. */
const plain = (got: Got): string => `${typeOf(got)} | ${JSON.stringify(got.payload)}`

const remote = (side: Side, data: string) =>
  side.quietly(["supervisor.sendRemoteCommEvent", ["ty", data]])

/** What the main log says of one listener, whose lines have an order among themselves. */
const logged = (side: Side, begin: string): void => {
  for (const line of side.read("s.log").split("\n")) {
    const text = line.slice("2026-01-01 00:00:00,000 ".length)
    if (text.slice("WARN ".length).startsWith(begin)) side.say(`log: ${text}`)
  }
}

const count = (side: Side, text: string): number => side.read("s.log").split(text).length - 1

const all =
  "PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,REMOTE_COMMUNICATION,PROCESS_COMMUNICATION,PROCESS_LOG"

/** Groups but for the first three, the supervisor itself, two events of each program that starts. */
const atBoot = 3 + 1 + 4

const sequence: ReadonlyArray<Scenario> = [
  {
    name: "the first events of a listener (row 97)",
    play: (side) => show(side, "all", 3)
  },
  {
    name: "what starts and ends at boot",
    play: async (side) => {
      await side.until("the end of boot", () => gotBy(side, "all").length >= 3 + atBoot)
      const rest = gotBy(side, "all").slice(3, 3 + atBoot)
      for (const line of rest.map(plain).toSorted()) side.say(line)
      shown.get(side)?.set("all", 3 + atBoot)
    }
  },
  {
    name: "stop and start (row 98)",
    play: async (side) => {
      await side.quietly(["supervisor.stopProcess", ["quiet"]])
      await show(side, "all", 2)
      await side.quietly(["supervisor.startProcess", ["quiet"]])
      await show(side, "all", 2)
    }
  },
  {
    name: "an exit that is not expected (row 99), and one that is",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["seven", false]])
      await show(side, "all", 3, plain)
      await side.quietly(["supervisor.startProcess", ["zero", false]])
      await show(side, "all", 3, plain)
    }
  },
  {
    name: "failed starts up to FATAL",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["quick", false]])
      await show(side, "all", 5, plain)
    }
  },
  {
    name: "remote communication",
    play: async (side) => {
      await remote(side, "some data\nin two lines")
      await show(side, "all", 1)
    }
  },
  {
    name: "characters of more than one byte count as one (G4)",
    play: async (side) => {
      await remote(side, "ünï")
      await show(side, "all", 1)
    }
  },
  {
    name: "output between the tokens, and what is no text",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["talks"]])
      await side.until("its events", () =>
        gotBy(side, "all").some((got) => typeOf(got).includes("STDERR"))
      )
      await side.quietly(["supervisor.stopProcess", ["talks"]])
      await side.until(
        "its end",
        () => gotBy(side, "all").at(-1)?.payload.includes("from_state:STOPPING") === true
      )
      const before = shown.get(side)?.get("all") ?? 0
      const added = gotBy(side, "all").slice(before)
      for (const line of added.map(plain).toSorted()) side.say(line)
      shown.get(side)?.set("all", before + added.length)
    }
  },
  {
    name: "a group is removed and added",
    play: async (side) => {
      await side.quietly(["supervisor.stopProcess", ["quiet"]])
      await show(side, "all", 2)
      await side.quietly(["supervisor.removeProcessGroup", ["quiet"]])
      await show(side, "all", 1)
      await side.quietly(["supervisor.addProcessGroup", ["quiet"]])
      await show(side, "all", 3)
    }
  }
]

const ticks: ReadonlyArray<Scenario> = [
  {
    name: "a tick",
    play: async (side) => {
      await show(side, "ticks", 1)
      const [tick] = gotBy(side, "ticks")
      side.say(`a multiple of 5: ${Number(tick?.payload.slice(5)) % 5 === 0}`)
    }
  }
]

const answers: ReadonlyArray<Scenario> = [
  {
    name: "each event goes to one of a pool, or to each pool",
    play: async (side) => {
      await side.state("RUNNING", "picky", "pair:pair_0", "pair:pair_1", "bad", "noread", "dies")
      await remote(side, "one")
      await side.until("one for picky", () => gotBy(side, "picky").length >= 3)
      await show(side, "picky", 3)
      await show(side, "pair", 1)
      await show(side, "bad", 1)
    }
  },
  {
    name: "RESULT xx (row 100)",
    play: async (side) => {
      await side.until("the last answer", () => count(side, "picky: ACKNOWLEDGED -> READY") === 4)
      await side.until("the bad answer", () => count(side, "bad: has entered the UNKNOWN") === 1)
      for (const name of ["bad", "picky"]) logged(side, `${name}: `)
      await side.ctl("status", "bad")
    }
  },
  {
    name: "a listener that left the protocol gets its event again after a restart",
    play: async (side) => {
      await side.quietly(["supervisor.stopProcess", ["bad"]])
      await side.quietly(["supervisor.startProcess", ["bad"]])
      await show(side, "bad", 1)
    }
  },
  {
    name: "a listener that dies with an event gets it again",
    play: (side) => show(side, "dies", 2)
  },
  {
    name: "a full buffer loses the oldest (row 101)",
    play: async (side) => {
      for (const data of ["two", "three", "four"]) await remote(side, data)
      await show(side, "picky", 3)
      await side.until("two overflows", () => count(side, "pool noread ") === 2)
      logged(side, "pool noread ")
    }
  }
]

const sampleScenarios: ReadonlyArray<Scenario> = [
  {
    name: "Debian's sample_eventlistener.py, sample_exiting_eventlistener.py and childutils",
    play: async (side) => {
      await side.state("RUNNING", "sample", "exiting", "loop")
      for (const data of ["one", "two"]) {
        await remote(side, data)
        await side.until(`${data} for both`, () =>
          ["sample.err", "exiting.err"].every((file) => side.read(file).includes(data))
        )
      }
      for (const file of ["sample.err", "exiting.err"]) {
        // Events of other pools come between them.
        side.say(side.read(file).replaceAll(/ serial:\d+/g, " serial:N"))
      }
      await side.until("the answer of loop_listener", () =>
        side.read("asks.out").includes("Got it")
      )
      side.say("loop_listener wrote to the program's stdin")
    }
  }
]

const program = (name: string, command: string, more = ""): string =>
  [`[program:${name}]`, `command=${command}`, "startsecs=0", "autorestart=false", more].join("\n")

export const listenerStages: ReadonlyArray<Stage> = [
  {
    name: "listener sequence",
    files: {
      "talks.sh":
        "printf '<!--XSUPERVISOR:BEGIN-->said\\xff<!--XSUPERVISOR:END-->'\nsleep 0.5\nprintf 'oops\\xfe' >&2\nexec cat\n",
      "s.conf": config(
        [
          listener("all", "ok", all, 1, "buffer_size=100"),
          program("quiet", "cat", "priority=5"),
          program("seven", "/bin/sh -c 'exit 7'", "autostart=false"),
          program("zero", "/bin/sh -c 'exit 0'", "autostart=false"),
          program("quick", "/bin/sh -c 'exit 1'", "autostart=false\nstartsecs=5\nstartretries=1"),
          program(
            "talks",
            "/bin/bash DIR/talks.sh",
            "autostart=false\nstdout_capture_maxbytes=1MB\nstderr_events_enabled=true"
          )
        ].join("\n"),
        "identifier=ident"
      )
    },
    scenarios: sequence
  },
  {
    name: "listener ticks",
    files: { "s.conf": config(listener("ticks", "ok", "TICK_5", 2), "identifier=ident") },
    scenarios: ticks
  },
  {
    name: "listener answers",
    files: {
      "s.conf": config(
        [
          listener("picky", "fail fail ok", "REMOTE_COMMUNICATION", 1),
          listener(
            "pair",
            "ok",
            "REMOTE_COMMUNICATION",
            2,
            "numprocs=2\nprocess_name=%(program_name)s_%(process_num)s"
          ),
          listener("bad", "bad ok", "REMOTE_COMMUNICATION", 3),
          listener("noread", "deaf", "REMOTE_COMMUNICATION", 4, "buffer_size=2"),
          listener("dies", "die", "REMOTE_COMMUNICATION", 5)
        ].join("\n"),
        "identifier=ident\nloglevel=debug"
      )
    },
    scenarios: answers
  },
  {
    name: "listener samples",
    files: {
      "s.conf": config(
        [
          ...["sample", "exiting"].map((name) =>
            [
              `[eventlistener:${name}]`,
              `command=/usr/bin/python3 ${samples}/sample_${name === "sample" ? "" : "exiting_"}eventlistener.py`,
              "events=REMOTE_COMMUNICATION",
              "startsecs=0",
              "autorestart=true",
              `stderr_logfile=DIR/${name}.err`
            ].join("\n")
          ),
          "[eventlistener:loop]",
          `command=/usr/bin/python3 ${samples}/loop_listener.py`,
          "events=PROCESS_COMMUNICATION",
          "startsecs=0",
          "buffer_size=100",
          program(
            "asks",
            "/bin/sh -c 'while sleep 0.2; do echo \"<!--XSUPERVISOR:BEGIN-->x<!--XSUPERVISOR:END-->\"; done & exec cat'",
            "stdout_capture_maxbytes=1MB\nstdout_logfile=DIR/asks.out\nstopasgroup=true"
          )
        ].join("\n")
      )
    },
    scenarios: sampleScenarios
  }
]
