/** How the client starts: flags, configuration, defaults and what is wrong with them (sections 1.1, 1.10, 5.1). */
import { chmodSync, mkdirSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Client, head, type Lab, makeLab, runClient, settled } from "./supervisorctl/Lab.ts"

const section = "[supervisorctl]\n"
const url = "serverurl=unix://DIR/none.sock\n"

/** A configuration in `c.conf`, and what is asked with it. */
const files: ReadonlyArray<readonly [name: string, text: string, words?: string]> = [
  ["a configuration without the section", "[supervisord]\n"],
  ["an empty section", section],
  ["an empty configuration", ""],
  ["a url", `${section}${url}`],
  ["a url below the file", `${section}serverurl=unix://%(here)s/none.sock\n`],
  ["a relative path in a url", `${section}serverurl=unix://a/../none.sock\n`],
  ["a home in a url", `${section}serverurl=unix://~/none.sock\n`],
  ["another user's home in a url", `${section}serverurl=unix://~daemon/none.sock\n`],
  ["an unknown user's home in a url", `${section}serverurl=unix://~nobody-here/none.sock\n`],
  ["a url with a comment", `${section}serverurl=unix://DIR/none.sock ; here\n`],
  ["a url in [DEFAULT]", `[DEFAULT]\n${url}${section}`],
  ["a url from the environment", `${section}serverurl=unix://%(ENV_WHERE)s\n`],
  ["a url from an absent variable", `${section}serverurl=unix://%(ENV_NOWHERE)s\n`],
  ["a bad format", `${section}${url}username=a%b\n`],
  ["here in a name", `${section}${url}username=%(here)s\n`],
  ["an empty url", `${section}serverurl=\n`],
  ["another protocol", `${section}serverurl=ftp://x\n`],
  ["a section that comes twice", `${section}${url}[supervisorctl]\nserverurl=unix://DIR/two\n`],
  ["a section in an include only", "[include]\nfiles=DIR/i.conf\n"],
  ["a prompt", `${section}${url}prompt=mine\n`, ""],
  ["a history", `${section}${url}history_file=%(here)s/history\n`, ""],
  ["a plugin without its factory", `${section}${url}[ctlplugin:x]\na=b\n`]
]

const flags: ReadonlyArray<string> = [
  "-s unix://DIR/none.sock status",
  "-sunix://DIR/none.sock status",
  "--serverurl=unix://DIR/none.sock status",
  "--server unix://DIR/none.sock status",
  "-s nourl status",
  "-s ftp: status",
  "-s unix:// status",
  "-s a:b status",
  "-s unix:x -s unix:y status",
  "-i -i status",
  "-u a -u b status",
  "-c other.conf status",
  "-c DIR/none.conf status",
  "-c DIR status",
  "-c",
  "-x",
  "--nosuch",
  "--h",
  "--help=x",
  "--history_file",
  "-s unix://none.sock status -i",
  "-s unix:///a//b/../none status",
  "-s unix://DIR/none.sock help",
  "-- help",
  "-i help"
]

describe("the client starts as supervisorctl does", () => {
  let lab: Lab | null = null
  const at = (): Lab => {
    if (lab === null) throw new Error("no directory")
    return lab
  }
  beforeAll(() => {
    lab = makeLab(head)
    lab.write("i.conf", `${section}${url}`)
    mkdirSync(`${lab.directory}/deep/etc`, { recursive: true })
    lab.write("deep/etc/supervisord.conf", `${section}serverurl=unix://DIR/deep.sock\n`)
    lab.write("deep/supervisord.conf", `${section}serverurl=unix://DIR/nearer.sock\n`)
    mkdirSync(`${lab.directory}/etc`)
    lab.write("etc/supervisord.conf", `${section}serverurl=unix://DIR/etc.sock\n`)
    chmodSync(`${lab.directory}/etc`, 0o755)
  })
  afterAll(() => lab?.end())

  const compare = async (words: ReadonlyArray<string>, folder = "") => {
    const variables = { WHERE: `${at().directory}/none.sock` }
    const run = async (client: Client) => {
      const directory = at().directory + folder
      const outcome = settled(await runClient(client, words, directory, { variables }))
      return { ...outcome, stderr: named(outcome.stderr) }
    }
    const [theirs, ours] = await Promise.all([run("theirs"), run("ours")])
    assert.deepEqual(ours, theirs)
  }
  it.for(files)("%s", async ([, text, words = "status"]) => {
    at().write("c.conf", text)
    await compare(["-c", "c.conf", ...words.split(" ").filter((word) => word !== "")])
  })
  it.for(flags)("%s", (line) => compare(line.replaceAll("DIR", at().directory).split(" ")))
  it("finds a configuration in etc below the current directory", () => compare(["status"]))
  it("finds a configuration in the current directory first", () => compare(["status"], "/deep"))

  it("takes a history file from the command line by both of its names", async () => {
    for (const flag of ["-r", "--history_file", "--history-file"]) {
      const words = ["-s", "unix:///none", flag, "h", "help", "quit"]
      const { code, stdout } = await runClient("ours", words, at().directory)
      assert.deepEqual([code, stdout], [0, "quit\tExit the supervisor shell.\n"])
    }
  })
  it("says in one sentence what is wrong with a file that cannot be parsed", async () => {
    at().write("c.conf", `${section}no delimiter\n`)
    const { code, stderr } = await runClient("ours", ["-c", "c.conf", "status"], at().directory)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^Error: c\.conf:2: .*; correct that line, or name another file with -c\n$/
    )
  })
  it("prints its usage on request", async () => {
    for (const flag of ["-h", "-?", "--help"]) {
      const { code, stdout } = await runClient("ours", [flag], at().directory)
      assert.equal(code, 0)
      assert.include(stdout, "Usage: ")
    }
  })
})

/** Each names itself. */
const named = (text: string): string =>
  text.replace(/For help, use .* -h/, "For help, use CLIENT -h").replace(/Available names: .*/, "")
