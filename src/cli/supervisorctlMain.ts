/**
 * The entry of `reeve supervisorctl`: one action, or a shell. It is a bundle of its own and starts no runtime, because
 * scripts call it in loops. The only place of the client that ends the process.
 */
import { usageText } from "../core/ctl/usageText.ts"
import { readHistory, writeHistory } from "../os/historyFile.ts"
import { type LineInput, makeLineInput } from "../os/lineInput.ts"
import { type Ctl, makeCtl } from "../supervisord/ctl/Ctl.ts"
import { type CtlOptions, readCtlOptions } from "../supervisord/ctl/readCtlOptions.ts"
import { runLine } from "../supervisord/ctl/runLine.ts"
import { completer, shell } from "../supervisord/ctl/shell.ts"

/** Called by a link of that name, the client is called as supervisor's; else it is a word of reeve's. */
const [, bin = "reeve", ...words] = process.argv
const isLink = bin.endsWith("/supervisorctl")
const calledAs = isLink ? bin : "reeve supervisorctl"
const args = !isLink && words[0] === "supervisorctl" ? words.slice(1) : words

const main = async (): Promise<number> => {
  const environment = new Map(
    Object.entries(process.env).map(([name, value]) => [name, value ?? ""] as const)
  )
  const start = readCtlOptions(args, bin, environment)
  switch (start.kind) {
    case "help":
      process.stdout.write(usageText(calledAs))
      return 0
    case "usage":
      process.stderr.write(`Error: ${start.message}\nFor help, use ${calledAs} -h\n`)
      return 2
    case "broken":
      process.stderr.write(`Error: ${start.message}\n`)
      return 1
    case "run":
      return run(start.options)
  }
}

const run = async (options: CtlOptions): Promise<number> => {
  const input: LineInput = makeLineInput({
    complete: (line) => completer(() => ctl)(line),
    history: options.historyFile === null ? [] : readHistory(options.historyFile)
  })
  const ctl: Ctl = makeCtl(options, {
    out: (text) => void process.stdout.write(text),
    outBytes: (bytes) => void process.stdout.write(bytes),
    err: (text) => void process.stderr.write(text),
    variable: (name) => process.env[name],
    readLine: input.read,
    readSecret: input.readSecret
  })
  if (options.words.length > 0) {
    await runLine(ctl, options.words.join(" "))
    return ctl.exit
  }
  await shell(ctl, options.prompt)
  if (options.historyFile !== null && input.isTerminal) {
    writeHistory(options.historyFile, input.history())
  }
  return 0
}

// A reader that went away ends the client as it ends supervisorctl, without its traceback.
process.stdout.on("error", () => process.exit(1))
void main().then((status) => process.stdout.write("", () => process.exit(status)))
