/** `fg` (supervisord.md 5.3): shows both logs of a process as they grow and sends it the lines that are typed. */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { readProcess } from "../../core/ctl/readStruct.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { untilInterrupt } from "../../os/interrupts.ts"
import { answerOf } from "./answerOf.ts"
import type { Action, Call, Ctl } from "./Ctl.ts"
import { exitHint, followLog } from "./follow.ts"
import { upcheck } from "./upcheck.ts"
import { refuseArguments } from "./usage.ts"

const RUNNING = 20

export const fg: Action = async (ctl, rest) => {
  if (!(await upcheck(ctl))) return
  const [name, ...others] = words(rest)
  if (name === undefined) {
    return refuseArguments(ctl, "fg", "ERROR: no process name supplied")
  }
  if (others.length > 0) return refuse(ctl, "ERROR: too many process names supplied")
  const call = ctl.supervisor()
  const answer = await answerOf(call("getProcessInfo", name))
  if (answer.kind === "fault") {
    if (answer.fault.code === faults.BAD_NAME) refuse(ctl, "ERROR: bad process name supplied")
    else ctl.output(`ERROR: ${answer.fault.message}`)
    return
  }
  if (readProcess(answer.value).state !== RUNNING) return refuse(ctl, "ERROR: process not running")
  ctl.output(exitHint)
  const logs = ["stdout", "stderr"].map((channel) => followLog(ctl, `/logtail/${name}/${channel}`))
  const visit = { isOver: false }
  try {
    const end = await untilInterrupt(sendLines(ctl, call, name, visit))
    if (!end.interrupted && end.value !== null) ctl.output(end.value)
    ctl.output("Exiting foreground")
  } finally {
    visit.isOver = true
    for (const log of logs) log.close()
  }
}

const refuse = (ctl: Ctl, sentence: string): void => {
  ctl.output(sentence)
  ctl.exit = ctlExit.generic
}

/** Until the foreground is to be left; why, or null when the user ends the input. */
const sendLines = async (
  ctl: Ctl,
  call: Call,
  name: string,
  visit: { readonly isOver: boolean }
): Promise<string | null> => {
  // What Ctrl-C left behind must not ask for another line.
  while (!visit.isOver) {
    const line = await ctl.io.readLine("")
    if (line === null) return null
    const sent = await answerOf(call("sendProcessStdin", name, `${line}\n`))
    if (sent.kind === "fault") {
      return sent.fault.code === faults.NOT_RUNNING
        ? "Process got killed"
        : `ERROR: ${sent.fault.message}`
    }
    const { state } = readProcess(await call("getProcessInfo", name))
    if (state !== RUNNING) return "Process got killed"
  }
  return null
}
