/** Reading and applying changed files: section 9 and rows 94 to 96. */

import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

const cat = (name: string, more = ""): string => `[program:${name}]\ncommand=/bin/cat\n${more}`

const start = [
  cat("a"),
  cat("b"),
  cat("c", "numprocs=2\nprocess_name=%(program_name)s_%(process_num)d\n"),
  cat("d1"),
  cat("d2"),
  "[group:d]\nprograms=d1,d2",
  cat("e", "autostart=false\n")
]

/** Writes the sections as the configuration and says what clients say of it. */
const becomes =
  (sections: ReadonlyArray<string>, ...commands: ReadonlyArray<ReadonlyArray<string>>) =>
  async (side: Side): Promise<void> => {
    side.write("s.conf", config(sections.join("\n")))
    for (const words of commands) await side.ctl(...words)
  }

const settled = async (side: Side, ...names: ReadonlyArray<string>): Promise<void> => {
  await side.state("RUNNING", ...names)
  await side.ctl("status")
}

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "nothing to do",
    play: async (side) => {
      await side.state("RUNNING", "a", "b", "c:c_0", "c:c_1", "d:d1", "d:d2")
      await becomes(start, ["reread"], ["update"])(side)
    }
  },
  {
    name: "row 94: changed, removed, more processes, added",
    play: async (side) => {
      const next = [
        cat("a", "stopwaitsecs=5\n"),
        cat("c", "numprocs=3\nprocess_name=%(program_name)s_%(process_num)d\n"),
        ...start.slice(3),
        cat("f")
      ]
      await becomes(next, ["reread"], ["reread"], ["avail"], ["update"], ["update"])(side)
      await settled(side, "a", "c:c_0", "c:c_1", "c:c_2", "d:d1", "d:d2", "f")
    }
  },
  {
    name: "row 95: the order of a group's programs",
    play: becomes(
      [...start.slice(0, 5), "[group:d]\nprograms=d2,d1", ...start.slice(6)],
      ["reread"],
      ["update", "d"],
      ["reread"]
    )
  },
  {
    name: "some groups, and unknown ones",
    play: async (side) => {
      await becomes(
        start,
        ["update", "b", "nosuch"],
        ["update", "f"],
        ["reread"],
        ["update", "all"]
      )(side)
      await settled(side, "a", "b", "c:c_0", "c:c_1", "d:d1", "d:d2")
    }
  },
  {
    name: "a file with an error changes nothing",
    play: async (side) => {
      await becomes(
        [...start, "[program:x]\nautostart=true"],
        ["reread"],
        ["update"],
        ["status", "a"]
      )(side)
      await side.rpc(["supervisor.reloadConfig", []])
    }
  },
  {
    name: "a program that is removed and comes back",
    play: async (side) => {
      await becomes(start, ["stop", "b"], ["remove", "b"], ["reread"], ["update"])(side)
      await settled(side, "a", "b", "c:c_0", "c:c_1", "d:d1", "d:d2")
    }
  },
  {
    name: "what was stopped by hand starts when its group changes",
    play: async (side) => {
      await side.ctl("stop", "a")
      await side.ctl("start", "e")
      await becomes(
        [cat("a", "priority=3\n"), ...start.slice(1, 6), cat("e", "autostart=false\npriority=4\n")],
        ["update"]
      )(side)
      await settled(side, "a", "b", "c:c_0", "c:c_1", "d:d1", "d:d2")
    }
  },
  {
    name: "a program that moves into a group",
    play: async (side) => {
      await becomes([...start, "[group:h]\nprograms=b"], ["reread"], ["update"])(side)
      await settled(side, "h:b")
    }
  },
  {
    name: "comments and blank lines are no change",
    play: becomes(
      [...start.map((section) => `; words\n\n${section}\n\n`), "[group:h]\nprograms=b"],
      ["reread"]
    )
  },
  {
    name: "add and remove by name",
    play: becomes(
      [...start, "[group:h]\nprograms=b", cat("n")],
      ["reread"],
      ["add", "n"],
      ["add", "n"],
      ["remove", "n"],
      ["stop", "n"],
      ["remove", "n"],
      ["remove", "n"],
      ["add", "nosuch"],
      ["add"],
      ["remove"]
    )
  },
  {
    name: "row 96: the global environment",
    play: async (side) => {
      side.write(
        "s.conf",
        config([...start, "[group:h]\nprograms=b"].join("\n"), "environment=NEW=1")
      )
      await side.ctl("reread")
    }
  },
  {
    name: "reload takes everything anew with the same pid",
    play: async (side) => {
      side.write("s.conf", config([cat("a"), cat("e", "autostart=false\n"), cat("z")].join("\n")))
      await side.ctl("stop", "a")
      await side.ctl("start", "e")
      const before = side.pid()
      await side.ctl("reload")
      await side.state("RUNNING", "z", "a")
      await side.ctl("status")
      await side.ctl("pid")
      side.say(`same pid: ${before === side.pid() && side.read("s.pid").trim() === String(before)}`)
    }
  }
]

const autoLogs: Stage = {
  name: "log targets",
  files: {
    "s.conf": config(
      "[program:f]\ncommand=/bin/cat\nautostart=false\nstdout_logfile=DIR/f.log\n[program:o]\ncommand=/bin/cat\nautostart=false"
    )
  },
  scenarios: [
    {
      name: "a file instead of AUTO is a change, AUTO instead of AUTO is none",
      play: async (side) => {
        side.write(
          "s.conf",
          config(
            [
              "[program:f]\ncommand=/bin/cat\nautostart=false\nstdout_logfile=DIR/f2.log",
              "[program:o]\ncommand=/bin/cat\nautostart=false\nstdout_logfile=DIR/o.log"
            ].join("\n")
          )
        )
        await side.ctl("reread")
      }
    }
  ]
}

export const update: ReadonlyArray<Stage> = [
  { name: "reread and update", files: { "s.conf": config(start.join("\n")) }, scenarios },
  autoLogs
]
