import * as Context from "effect/Context"
import { InvalidValue, UnknownSubcommand, UnrecognizedOption } from "effect/cli/CliError"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import { assert, describe, it } from "vitest"
import { exitNotesOf } from "../../src/cli/exitNotes.ts"
import { renderHelp } from "../../src/cli/render/help.ts"
import { makeStyle } from "../../src/cli/render/style.ts"
import { usageSentence } from "../../src/cli/render/usageError.ts"

const doc: HelpDoc = {
  description: "Wait until every named instance is in a state, for a limited time, and no longer.",
  usage: "reeve wait [flags] <name...>",
  commandPath: ["reeve", "wait"],
  annotations: Context.empty(),
  args: [
    {
      name: "name...",
      type: "",
      description: Option.some("Instance, program or group"),
      required: true,
      variadic: true
    }
  ],
  flags: [
    {
      name: "to",
      aliases: ["-t"],
      type: "FORM",
      description: Option.some("ini or json (choices: ini, json)"),
      required: true
    }
  ],
  globalFlags: [
    { name: "help", aliases: ["-h"], type: "boolean", description: Option.none(), required: false }
  ],
  examples: [{ command: "reeve wait web", description: "Until web is RUNNING" }]
}
const options = { style: makeStyle(false), width: 60, exits: [[0, "done"]] as const }

describe("help", () => {
  it("has what it does, how it is called, examples and exit codes", () => {
    assert.equal(
      renderHelp(doc, options),
      [
        "DESCRIPTION",
        "  Wait until every named instance is in a state, for a",
        "  limited time, and no longer.",
        "",
        "USAGE",
        "  reeve wait [flags] <name...>",
        "",
        "ARGUMENTS",
        "  name...  Instance, program or group",
        "",
        "FLAGS",
        "  -t, --to FORM  ini or json",
        "",
        "EXAMPLES",
        "  reeve wait web  Until web is RUNNING",
        "",
        "EXIT CODES",
        "  0  done",
        "",
        "Also, as in every command: --help; see reeve --help."
      ].join("\n")
    )
  })

  it("stays within the width, and puts long words on lines of their own", () => {
    const long = { command: `reeve import ${"x".repeat(30)}.conf`, description: "Move from there" }
    const lines = renderHelp({ ...doc, examples: [long] }, options).split("\n")
    assert.include(lines, "      Move from there")
    assert.isTrue(lines.every((line) => line.length <= 60))
  })

  it("tells exit codes of aliases too", () => {
    assert.deepEqual(exitNotesOf(["reeve", "ls"]), exitNotesOf(["reeve", "status"]))
    assert.isAbove(exitNotesOf(["reeve", "history", "show"]).length, 0)
  })
})

describe("wrong usage", () => {
  it("is one sentence: which word, what was expected, what was found", () => {
    const sentences = [
      new UnknownSubcommand({ subcommand: "stat", parent: ["reeve"], suggestions: ["start"] }),
      new UnrecognizedOption({ option: "--frob", command: ["reeve", "up"], suggestions: [] }),
      new InvalidValue({ option: "lines", value: "-1", expected: "0 or more", kind: "flag" }),
      new InvalidValue({
        option: "shell",
        value: "tcsh",
        expected: 'Expected: "bash" | "zsh"',
        kind: "argument"
      }),
      new InvalidValue({
        option: "lines",
        value: "x",
        expected: "Expected a string representing a finite number",
        kind: "flag"
      })
    ].map(usageSentence)
    assert.deepEqual(sentences, [
      "There is no command stat. Did you mean start?",
      "reeve up has no flag --frob.",
      '--lines: expected 0 or more, found "-1".',
      '<shell>: expected bash, zsh, found "tcsh".',
      '--lines: expected a whole number, found "x".'
    ])
  })
})
