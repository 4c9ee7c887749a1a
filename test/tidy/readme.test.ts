import { readFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { assert, describe, it } from "vitest"
import { exitNotesOf } from "../../src/cli/exitNotes.ts"
import { root as reeve } from "../../src/cli/root.ts"
import { fieldTable, supervisordTable } from "../../src/core/explain.ts"
import { TerminalLive } from "../../src/os/Terminal.ts"
import { root } from "./sources.ts"

const readme = readFileSync(`${root}/README.md`, "utf8")

const between = (marker: string): string => {
  const found = readme.match(new RegExp(`<!-- ${marker} -->\n([\\s\\S]*?)<!-- /${marker} -->`))
  return (found?.[1] ?? "no such part").trim()
}

/** What `reeve --help` would print. */
const helpOfReeve = async (): Promise<HelpDoc> => {
  const docs: Array<HelpDoc> = []
  const capture = CliOutput.layerPresenter({
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "Help") docs.push(event.helpDoc)
      })
  })
  const layers = Layer.mergeAll(
    NodeServices.layer,
    TerminalLive,
    CliConfig.layer({ builtIns: [GlobalFlag.Help] }),
    capture
  )
  const help = Command.runWith(reeve, { version: "0" })(["--help"])
  await Effect.runPromise(Effect.ignore(Effect.provide(help, layers)))
  const [doc] = docs
  if (doc === undefined) throw new Error("reeve --help told nothing")
  return doc
}

const commandTable = ({ subcommands }: HelpDoc): string => {
  const commands = (subcommands ?? []).flatMap((group) => group.commands)
  const rows = commands.map(({ alias, description, name }) => {
    const names = alias === undefined ? `\`${name}\`` : `\`${name}\`, \`${alias}\``
    return `| ${names} | ${description} |`
  })
  return ["| command | what it does |", "| --- | --- |", ...rows].join("\n")
}

describe("the README", () => {
  it("lists exactly the commands that reeve --help lists", async () => {
    assert.equal(between("commands"), commandTable(await helpOfReeve()))
  })

  it("has lines of 130 characters at most, tables apart", () => {
    const long = readme.split("\n").filter((line) => line.length > 130 && !line.startsWith("|"))
    assert.deepEqual(long, [])
  })

  it("shows the fields as the schemas have them", () => {
    assert.equal(between("fields"), fieldTable().trim())
  })

  it("can leave exit codes to the help of each command", async () => {
    const commands = ((await helpOfReeve()).subcommands ?? []).flatMap((group) => group.commands)
    const without = commands.filter(({ name }) => exitNotesOf(["reeve", name]).length === 0)
    assert.deepEqual(without, [])
  })

  it("shows supervisord's keys as the schemas have them", () => {
    assert.equal(between("supervisord"), supervisordTable().trim())
  })
})
