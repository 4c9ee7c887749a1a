/** What accepted values mean: rows 1 to 65 of section 12 as both supervisors report them, and as processes see them. */

import type { Side } from "../compare/Side.ts"
import type { Scenario, Stage } from "../compare/Stage.ts"
import { config } from "../compare/Stage.ts"

/** One program a row; all of them are reported and none is started. */
const reported: ReadonlyArray<readonly [name: string, lines: string]> = [
  ["r01", "command=/bin/cat ;hello"],
  ["r02", "command=/bin/cat;hello"],
  ["r03", "command=/bin/cat #x"],
  ["r04", "command=bash -c 'foo ; bar'"],
  ["r05", "command=/bin/cat\t;x"],
  ["r06", "command=/bin/echo\n  one\n  two ;c\n\n  three"],
  ["r07", "command=/bin/cat\n numprocs=2"],
  ["r08", "command: /bin/cat x=y"],
  ["r09", "COMMAND = /bin/cat"],
  ["r11", "command=/bin/one\ncommand=/bin/two"],
  ["r12", "command=/bin/one\n[program:r12]\npriority=7\nautostart=false"],
  ["r17", "command=/bin/date +%%Y"],
  ["r18", "command=/bin/echo %(ENV_PCT)s"],
  ["r19", "command=%%(here)s/run"],
  [
    "r21",
    "command=echo %(process_num)d of %(numprocs)d\nnumprocs=2\nnumprocs_start=9\nprocess_name=%(program_name)s_%(process_num)02d"
  ],
  ["r22", "command=/bin/cat\nnumprocs=11\nprocess_name=p%(process_num)d"],
  ["r23", "command=/bin/cat\nprocess_name=w%(process_num)03d"],
  ["r25", "command=/bin/cat\nnumprocs=2\nnumprocs_start=-1\nprocess_name=w%(process_num)d"],
  ["r26", "command=/bin/cat\nnumprocs=0"],
  ["r30a", "command=/bin/sleep 1000\nstartsecs=0\nautostart=ON"],
  ["r30b", "command=/bin/cat\nautostart=0"],
  ["r33a", "command=/bin/cat\nstartsecs=1_000"],
  ["r33b", "command=/bin/cat\nstartsecs=-1"],
  ["r34a", "command=/bin/cat\nexitcodes=0, 2"],
  ["r34b", "command=/bin/cat\nexitcodes="],
  ["r35a", "command=/bin/cat\nstopsignal=sigusr1"],
  ["r35b", "command=/bin/cat\nstopsignal=15"],
  ["r35c", "command=/bin/cat\nstopsignal=0"],
  ["r37a", "command=/bin/cat\nstdout_logfile=DIR/r.log\nstdout_logfile_maxbytes=1 MB"],
  ["r37b", "command=/bin/cat\nstdout_logfile=DIR/r.log\nstdout_logfile_maxbytes=1GB"],
  ["r38a", "command=/bin/cat\numask=22"],
  ["r38b", "command=/bin/cat\numask=0o22"],
  ["r41a", "command=/bin/cat\nstdout_logfile=None"],
  ["r41b", "command=/bin/cat\nstdout_logfile=off"],
  ["r41c", "command=/bin/cat\nstdout_logfile=syslog\nstderr_logfile=NONE"],
  ["r42", "command=/bin/cat\nstopasgroup=true"],
  ["r53", 'command=echo %(ENV_FOO)s %(ENV_ZIP)s\nenvironment=ZIP="%(ENV_FOO)s1",FOO="own"'],
  [
    "all1",
    "command=/bin/cat -\nprocess_name=x\npriority=5\nstartretries=9\nstopwaitsecs=7\nkillasgroup=true"
  ],
  [
    "all2",
    [
      "command=/bin/cat\nuser=nobody\nredirect_stderr=true\nstdout_events_enabled=true",
      "stdout_capture_maxbytes=1KB\nstdout_logfile_backups=3\nserverurl=http://x:1"
    ].join("\n")
  ],
  [
    "all3",
    "command=/bin/cat\ndirectory=/tmp\nstderr_syslog=true\nstderr_capture_maxbytes=2MB\nstderr_events_enabled=1"
  ]
]

const sections = reported
  .map(([name, lines]) => {
    const [first = "", ...rest] = lines.split("\n[program:")
    return [
      `[program:${name}]`,
      "autostart=false",
      first,
      ...rest.map((text) => `[program:${text}`)
    ].join("\n")
  })
  .join("\n")

/** `r33b` belongs to row 33 of section 12. */
const rowOf = (name: string, rest: string): string => {
  const number = /^[re](\d+)/.exec(name)?.[1]
  return number === undefined ? `${name} ${rest}` : `row ${Number(number)}: ${name} ${rest}`
}

const row = (name: string): Scenario => ({
  name: rowOf(name, "is reported"),
  play: async (side) => {
    const [answer] = await side.quietly(["supervisor.getAllConfigInfo", []])
    const all = answer !== undefined && "value" in answer ? answer.value : []
    const own = Array.isArray(all)
      ? all.filter((info: { group: string }) => info.group === name)
      : []
    side.say(`${own.length} processes`)
    for (const info of own)
      for (const [key, value] of Object.entries(info)) side.say(`${key} ${JSON.stringify(value)}`)
  }
})

/** Programs that write down what they were given, and end. */
const environments: ReadonlyArray<readonly [string, string]> = [
  ["e45", `environment=A="1,2",B='x y'`],
  ["e46", "environment=A=b c"],
  ["e47", "environment=A=http://x:80/y?z=1"],
  ["e50", 'environment=A="50%%"'],
  ["e52", 'environment=A="a\\"b"'],
  ["e53", 'environment=ZIP="%(ENV_FOO)s1",FOO="own"'],
  ["dollar", "environment=A=$HOME"],
  ["adjacent", "environment=A='it''s'"],
  ["empty", 'environment=A=""'],
  ["lines", 'environment=A="l1\n  l2"'],
  ["backslash", "environment=A=\\x"],
  ["backslashes", 'environment=A="back\\\\slash"'],
  ["own_group", 'environment=SUPERVISOR_GROUP_NAME="mine"'],
  ["own_url", "serverurl=http://else:9"],
  ["as_nobody", "user=nobody"],
  ["in_tmp", "directory=/tmp\numask=077"]
].map(([name = "", lines = ""]) => [name, lines] as const)

const envSections = environments
  .map(([name, lines]) =>
    [
      `[program:${name}]`,
      "command=/bin/sh -c \"env -0 | sort -z | tr '\\\\0\\\\n' '\\\\n|'; pwd; umask; id -un\"",
      "startsecs=0",
      "autorestart=false",
      `stdout_logfile=DIR/${name}.out`,
      lines
    ].join("\n")
  )
  .join("\n")

const ignored = /^(REEVE_SPAWN_ID|_|PWD|OLDPWD|SHLVL|REEVE_STATE_DIR)=/

const seen = ([name]: readonly [string, string]): Scenario => ({
  name: rowOf(name, "is what the process sees"),
  play: async (side: Side) => {
    await side.state("EXITED", name)
    for (const line of side.read(`${name}.out`).split("\n")) if (!ignored.test(line)) side.say(line)
  }
})

const order: Scenario = {
  name: "row 59: the order of groups",
  play: async (side) => {
    side.logLines(/never/)
    const [answer] = await side.quietly(["supervisor.getAllProcessInfo", []])
    if (answer !== undefined && "value" in answer && Array.isArray(answer.value)) {
      side.say(answer.value.map(({ group, name }) => `${group}:${name}`).join(" "))
    }
    for (const line of side.read("s.log").split("\n")) {
      const spawned = /spawned: '(\w+)'/.exec(line)
      if (spawned !== null) side.say(`spawned ${spawned[1]}`)
    }
  }
}

export const configValues: ReadonlyArray<Stage> = [
  {
    name: "reported values",
    differences: [
      {
        scenario: "reported values/row 33: r33b is reported",
        theirs: /^startsecs -1$/,
        ours: /^startsecs 0$/,
        why: "a negative time acts as 0 in both; reeve reports what counts"
      }
    ],
    files: {
      "s.conf": config(`${sections}\n[PROGRAM:r10]\ncommand=/bin/cat`, 'environment=FOO="bar"')
    },
    scenarios: [
      ...reported.map(([name]) => row(name)),
      { ...row("r10"), name: "row 10: a section in upper case is none" },
      {
        name: "status lists them",
        play: async (side) => {
          await side.state("RUNNING", "r30a")
          await side.ctl("status")
        }
      },
      { name: "avail lists them", play: async (side) => void (await side.ctl("avail")) },
      {
        name: "warnings come in order",
        play: async (side) => {
          await side.until("its boot", () => /started with pid/.test(side.read("s.log")))
          side.logLines(/(CRIT|WARN|INFO)/)
        }
      }
    ]
  },
  {
    name: "environments",
    files: { "s.conf": config(envSections, 'environment=FOO="bar"') },
    scenarios: environments.map(seen)
  },
  {
    name: "priorities",
    files: {
      "s.conf": config(
        [
          ...[
            ["z", 999],
            ["m", 1],
            ["b", 999]
          ].map(([name, priority]) => `[program:${name}]\ncommand=/bin/cat\npriority=${priority}`),
          "[eventlistener:q]\ncommand=/bin/cat\nevents=TICK_3600"
        ].join("\n")
      )
    },
    scenarios: [
      {
        ...order,
        play: async (side) => {
          await side.state("RUNNING", "z", "m", "b", "q")
          await order.play(side)
        }
      }
    ]
  }
]
