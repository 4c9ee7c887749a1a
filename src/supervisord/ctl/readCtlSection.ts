/** `[supervisorctl]` of a configuration file (supervisord.md 1.10), with its expansions; supervisorctl's errors and defaults. */
import * as Result from "effect/Result"
import { withoutOtherSections } from "../../core/ctl/withoutOtherSections.ts"
import { directoryOf } from "../../core/ini/IniContext.ts"
import {
  addFile,
  type DocumentSection,
  emptyDocument,
  type IniDocument,
  valueOf
} from "../../core/ini/IniDocument.ts"
import { readIniFile } from "../../core/ini/IniFile.ts"
import { expand, namesOf } from "../../core/ini/percentFormat.ts"
import { pathExists } from "../../os/pathFacts.ts"
import { readTextFile, wholePath, withoutTilde } from "../../os/plainText.ts"

export interface CtlSection {
  readonly kind: "read"
  readonly prompt: string
  readonly serverUrl: string
  readonly username: string | null
  readonly password: string | null
  readonly historyFile: string | null
}

export interface CtlSectionFault {
  readonly kind: "usage" | "broken"
  readonly message: string
}

const defaults: CtlSection = {
  kind: "read",
  prompt: "supervisor",
  serverUrl: "http://localhost:9001",
  username: null,
  password: null,
  historyFile: null
}

/** `file` null: there is none, and all is as by default. */
export const readCtlSection = (
  file: string | null,
  environment: ReadonlyMap<string, string>
): CtlSection | CtlSectionFault => {
  if (file === null) return defaults
  if (!pathExists(file)) return usage(`could not find config file ${file}`)
  const text = readTextFile(file)
  if (text === null) return usage(`could not read config file ${file}`)
  const few = readIniFile(withoutOtherSections(text), file)
  const read = Result.isSuccess(few) ? few : readIniFile(text, file)
  if (Result.isFailure(read)) {
    const { at, message } = read.failure
    const [sentence] = message.split("\n")
    return {
      kind: "broken",
      message: `${file}:${at.line}: ${sentence}; correct that line, or name another file with -c`
    }
  }
  const document = emptyDocument()
  addFile(document, read.success, file)
  const section = document.sections.get("supervisorctl")
  if (section === undefined) return usage(".ini file does not include supervisorctl section")
  const values = readValues(document, section, file, environment)
  if (Result.isFailure(values)) return usage(values.failure)
  const plugin = unnamedPlugin(document)
  return plugin === null ? values.success : usage(plugin)
}

const usage = (message: string): CtlSectionFault => ({ kind: "usage", message })

const readValues = (
  document: IniDocument,
  section: DocumentSection,
  file: string,
  environment: ReadonlyMap<string, string>
): Result.Result<CtlSection, string> => {
  const variables = new Map([...environment].map(([name, value]) => [`ENV_${name}`, value]))
  const here = new Map([["here", directoryOf(wholePath(withoutTilde(file))) || "/"]])
  const value = (key: string, paths: boolean): Result.Result<string | null, string> => {
    const text = valueOf(document, section, key)?.text ?? null
    if (text === null) return Result.succeed(null)
    const names = paths ? namesOf(here, variables) : namesOf(variables)
    return expand(text, names, `supervisorctl.${key}`)
  }
  const serverUrl = value("serverurl", true)
  if (Result.isFailure(serverUrl)) return Result.fail(serverUrl.failure)
  const prompt = value("prompt", false)
  if (Result.isFailure(prompt)) return Result.fail(prompt.failure)
  const username = value("username", false)
  if (Result.isFailure(username)) return Result.fail(username.failure)
  const password = value("password", false)
  if (Result.isFailure(password)) return Result.fail(password.failure)
  const history = value("history_file", true)
  if (Result.isFailure(history)) return Result.fail(history.failure)
  return Result.succeed({
    kind: "read",
    prompt: prompt.success ?? defaults.prompt,
    serverUrl: wholeUrl(serverUrl.success ?? defaults.serverUrl),
    username: username.success,
    password: password.success,
    historyFile: history.success ? wholePath(withoutTilde(history.success)) : null
  })
}

const unix = "unix://"

const wholeUrl = (url: string): string =>
  url.startsWith(unix) ? `${unix}${wholePath(withoutTilde(url.slice(unix.length)))}` : url

/** Python plugins of the client cannot run here and are passed over; one that names none is an error there too. */
const unnamedPlugin = (document: IniDocument): string | null => {
  const key = "supervisor.ctl_factory"
  for (const section of document.sections.values()) {
    if (!section.name.startsWith("ctlplugin:")) continue
    if (valueOf(document, section, key) === null) {
      return `section [${section.name}] does not specify a ${key}`
    }
  }
  return null
}
