/** Every method of XML-RPC about processes, called by Python's client (section 4). */
import type { Side } from "../compare/Side.ts"
import type { Scenario, Stage } from "../compare/Stage.ts"
import { controlPrograms } from "./controlPrograms.ts"

const faults: ReadonlyArray<
  readonly [string, ReadonlyArray<readonly [string, ReadonlyArray<unknown>]>]
> = [
  [
    "who it is",
    [
      ["supervisor.getAPIVersion", []],
      ["supervisor.getVersion", []],
      ["supervisor.getSupervisorVersion", []],
      ["supervisor.getIdentification", []],
      ["supervisor.getState", []],
      ["supervisor.getPID", []]
    ]
  ],
  [
    "row 86: methods that are none",
    [
      ["nope", []],
      ["supervisor.nope", []],
      ["supervisor._x", []],
      ["a.b.c", []],
      ["other.getState", []],
      ["supervisor.getState", [1]],
      ["supervisor.startProcess", []],
      ["supervisor.startProcess", ["a", true, 3]]
    ]
  ],
  [
    "names that are none",
    [
      ["supervisor.getProcessInfo", ["nosuch"]],
      ["supervisor.startProcess", ["nosuch"]],
      ["supervisor.stopProcess", ["cat:nosuch"]],
      ["supervisor.getProcessInfo", ["many:*"]],
      ["supervisor.startProcessGroup", ["nosuch"]],
      ["supervisor.stopProcessGroup", ["nosuch"]],
      ["supervisor.signalProcess", ["nosuch", "HUP"]],
      ["supervisor.removeProcessGroup", ["nosuch"]],
      ["supervisor.addProcessGroup", ["nosuch"]],
      ["supervisor.clearProcessLogs", ["nosuch"]],
      ["supervisor.readProcessStdoutLog", ["nosuch", 0, 0]],
      ["supervisor.tailProcessStdoutLog", ["nosuch", 0, 10]],
      ["supervisor.sendProcessStdin", ["nosuch", "x"]]
    ]
  ],
  [
    "row 81 and 82: what cannot be started",
    [
      ["supervisor.startProcess", ["missing"]],
      ["supervisor.startProcess", ["badquote"]],
      ["supervisor.startProcess", ["directory"]],
      ["supervisor.startProcess", ["plain"]],
      ["supervisor.startProcess", ["quick"]]
    ]
  ],
  [
    "already and not running",
    [
      ["supervisor.startProcess", ["cat"]],
      ["supervisor.stopProcess", ["manual"]],
      ["supervisor.signalProcess", ["manual", "HUP"]],
      ["supervisor.signalProcess", ["cat", "nosuch"]],
      ["supervisor.addProcessGroup", ["cat"]],
      ["supervisor.removeProcessGroup", ["cat"]]
    ]
  ],
  [
    "groups",
    [
      ["supervisor.startProcessGroup", ["grp"]],
      ["supervisor.startProcessGroup", ["grp"]],
      ["supervisor.signalProcessGroup", ["grp", "CONT"]],
      ["supervisor.signalProcessGroup", ["grp", "BAD"]],
      ["supervisor.stopProcessGroup", ["grp"]],
      ["supervisor.stopProcessGroup", ["grp"]],
      ["supervisor.startProcess", ["grp:*"]],
      ["supervisor.stopProcess", ["grp:"]]
    ]
  ],
  [
    "row 85: stdin",
    [
      ["supervisor.sendProcessStdin", ["cat", "hello\n"]],
      ["supervisor.sendProcessStdin", ["manual", "x"]],
      ["supervisor.sendProcessStdin", ["cat", 5]]
    ]
  ],
  [
    "info of one",
    [
      ["supervisor.getProcessInfo", ["cat"]],
      ["supervisor.getProcessInfo", ["blind"]],
      ["supervisor.getProcessInfo", ["many:many_01"]]
    ]
  ],
  ["info of all", [["supervisor.getAllProcessInfo", []]]],
  ["row 89: reload without a change", [["supervisor.reloadConfig", []]]],
  [
    "row 87: multicall",
    [
      [
        "system.multicall",
        [
          [
            { methodName: "supervisor.getPID" },
            { methodName: "nope" },
            { methodName: "system.multicall", params: [[]] },
            {},
            { methodName: "supervisor.startProcess", params: ["nosuch"] }
          ]
        ]
      ]
    ]
  ],
  [
    "introspection",
    [
      ["system.listMethods", []],
      ["system.methodSignature", ["supervisor.startProcess"]],
      ["system.methodSignature", ["supervisor.getAllProcessInfo"]],
      ["system.methodSignature", ["nope"]],
      ["system.methodHelp", ["nope"]]
    ]
  ],
  ["remote communication", [["supervisor.sendRemoteCommEvent", ["type", "data"]]]],
  ["arguments of another type", [["supervisor.getProcessInfo", [5]]]]
]

const waits: ReadonlyArray<Scenario> = [
  {
    name: "a start with wait=false returns at once",
    play: async (side) => {
      await side.rpc(["supervisor.startProcess", ["slow", false]])
      await side.state("STARTING", "slow")
      await side.state("RUNNING", "slow")
      await side.rpc(["supervisor.getProcessInfo", ["slow"]])
      await side.rpc(["supervisor.stopProcess", ["slow", false]])
      await side.state("STOPPED", "slow")
    }
  },
  {
    name: "row 83 and 84: start and stop while STOPPING",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["stubborn"]])
      await side.until("its handler", () => stubbornIsUp(side))
      await side.rpc(["supervisor.stopProcess", ["stubborn", false]])
      await side.rpc(
        ["supervisor.startProcess", ["stubborn"]],
        ["supervisor.stopProcess", ["stubborn"]]
      )
      await side.state("STOPPED", "stubborn")
    }
  },
  {
    name: "G40: a waiting start ends when another client stops it",
    play: async (side) => {
      const waiting = side.quietly(["supervisor.startProcess", ["slow"]])
      await side.state("STARTING", "slow")
      await side.quietly(["supervisor.stopProcess", ["slow"]])
      side.say(JSON.stringify(await waiting))
    }
  },
  {
    name: "row 78: a stop during BACKOFF",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["quick", false]])
      await side.state("BACKOFF", "quick")
      await side.rpc(["supervisor.stopProcess", ["quick"]])
      await side.rpc(["supervisor.getProcessInfo", ["quick"]])
    }
  }
]

const stubbornIsUp = async (side: Side): Promise<boolean> => {
  const [answer] = await side.quietly(["supervisor.readProcessStdoutLog", ["stubborn", -4, 0]])
  return answer !== undefined && "value" in answer && String(answer.value).includes("up")
}

export const methods: ReadonlyArray<Stage> = [
  {
    name: "methods",
    differences: [
      {
        scenario: "methods/arguments of another type",
        theirs: /^\{"protocol":\[500,"Internal Server Error"\]\}$/,
        ours: /^\{"fault":\[2,"INCORRECT_PARAMETERS"\]\}$/,
        why: "the client learns what is wrong, and the log gets no traceback"
      }
    ],
    files: { "s.conf": controlPrograms },
    scenarios: [
      {
        name: "everything is up",
        play: async (side) => {
          await side.state("RUNNING", "cat", "many:many_00", "many:many_01", "many:many_02")
          side.say("up")
        }
      },
      ...faults.map(
        ([name, calls]): Scenario => ({
          name,
          play: async (side) => void (await side.rpc(...calls))
        })
      ),
      ...waits
    ]
  }
]
