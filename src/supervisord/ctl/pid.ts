/** `pid`: of the server, of all processes, or of those named (supervisord.md 5.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { listOf, readProcess, textOf } from "../../core/ctl/readStruct.ts"
import { words } from "../../core/ini/pythonText.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { answerOf } from "./answerOf.ts"
import type { Action } from "./Ctl.ts"
import { upcheck } from "./upcheck.ts"

export const pid: Action = async (ctl, rest) => {
  const call = ctl.supervisor()
  if (!(await upcheck(ctl))) return
  const names = words(rest)
  if (names.length === 0) return ctl.output(textOf(await call("getPID")))
  if (names.includes("all")) {
    const rows = listOf(await call("getAllProcessInfo")).map(readProcess)
    for (const row of rows) ctl.output(String(row.pid))
    return
  }
  for (const name of names) {
    const answer = await answerOf(call("getProcessInfo", name))
    if (answer.kind === "fault") {
      ctl.exit = ctlExit.generic
      if (answer.fault.code !== faults.BAD_NAME) throw answer.fault
      ctl.output(`No such process ${name}`)
      continue
    }
    const row = readProcess(answer.value)
    ctl.output(String(row.pid))
    if (row.pid === 0) ctl.exit = ctlExit.notRunning
  }
}
