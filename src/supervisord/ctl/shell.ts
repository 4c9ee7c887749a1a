/**
 * The interactive shell (supervisord.md 5.5): `status` first, then line by line until `quit`, the end of input or Ctrl-C.
 * Whatever fails in it is told, and the prompt comes back.
 */
import {
  completeAction,
  completedWord,
  completeGroup,
  completeProcess,
  completionKind
} from "../../core/ctl/completions.ts"
import { listOf, type ProcessRow, readProcess } from "../../core/ctl/readStruct.ts"
import { untilInterrupt } from "../../os/interrupts.ts"
import type { Ctl } from "./Ctl.ts"
import { runLine } from "./runLine.ts"

export const shell = async (ctl: Ctl, prompt: string): Promise<void> => {
  const { interrupted } = await untilInterrupt(session(ctl, prompt))
  if (interrupted) ctl.output("")
}

const session = async (ctl: Ctl, prompt: string): Promise<void> => {
  await runLine(ctl, "status")
  while (!ctl.ended) await runLine(ctl, (await ctl.io.readLine(`${prompt}> `)) ?? "EOF")
}

/** What stands in for the word that `line` ends with. */
export const completer = (ctl: () => Ctl) => async (line: string) => {
  const word = completedWord(line)
  switch (completionKind(line)) {
    case "action":
      return { word, candidates: completeAction(word) }
    case "group":
      return { word, candidates: completeGroup(word, await processesOf(ctl())) }
    case "process":
      return { word, candidates: completeProcess(word, await processesOf(ctl())) }
    case "none":
      return { word, candidates: [] }
  }
}

const processesOf = async (ctl: Ctl): Promise<ReadonlyArray<ProcessRow>> =>
  listOf(await ctl.supervisor()("getAllProcessInfo")).map(readProcess)
