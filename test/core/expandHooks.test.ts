import { assert, describe, it } from "vitest"
import { iniKeys } from "../../src/config/ini/iniKeys.ts"
import { programInput } from "../../src/config/typescript/programInput.ts"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import { instance } from "../../src/index.ts"
import { decodeAll, program, said } from "./evaluated.ts"

const definitionsOf = (input: object): ReadonlyArray<Definition> => {
  const decoded = decodeAll([program({ name: "web", command: "serve", ...input })])
  assert.isEmpty(said(decoded))
  return decoded.programs.flatMap(({ instances }) => instances.map(({ definition }) => definition))
}

const definitionOf = (input: object): Definition => {
  const [definition] = definitionsOf(input)
  if (definition === undefined) throw new Error("no instance")
  return definition
}

const refusals = (input: object) =>
  said(decodeAll([program({ name: "web", command: "serve", ...input })]))

const full = {
  stop: { command: ["quit", "--now"] },
  hooks: {
    beforeStart: "migrate --all",
    afterStart: ["warm"],
    beforeStop: { command: ["drain"], timeout: "1 minute" }
  },
  watch: ["../src/**", "!../src/gen/**", "/etc/web.conf"]
}

describe("hooks, stop.command and watch of a program", () => {
  it("are none unless they are declared", () => {
    const { hooks, stop, watch } = definitionOf({})
    assert.deepEqual(hooks, noHooks)
    assert.isNull(stop.command)
    assert.deepEqual(watch, [])
  })

  it("are commands with a time of 30 seconds, and patterns from the directory of the file", () => {
    const { hooks, stop, watch } = definitionOf(full)
    assert.deepEqual(hooks, {
      beforeStart: { command: "migrate --all", timeoutMs: 30_000 },
      afterStart: { command: ["warm"], timeoutMs: 30_000 },
      beforeStop: { command: ["drain"], timeoutMs: 60_000 },
      afterStop: null
    })
    assert.deepEqual(stop.command, ["quit", "--now"])
    assert.deepEqual(watch, ["/etc/reeve/src/**", "!/etc/reeve/src/gen/**", "/etc/web.conf"])
  })

  it("may differ from instance to instance", () => {
    const hooks = { beforeStart: ["prepare", String(instance.index)] }
    const perInstance = [null, { hooks: { afterStop: "clean" } }]
    const found = definitionsOf({ instances: 2, hooks, perInstance })
    assert.deepEqual(
      found.map((it) => [it.hooks.beforeStart?.command, it.hooks.afterStop?.command]),
      [
        [["prepare", "0"], undefined],
        [["prepare", "1"], "clean"]
      ]
    )
  })

  it("are refused with the place and what was expected", () => {
    assert.deepEqual(refusals({ hooks: { beforeStart: 3 } }), [
      'hooks.beforeStart: expected a command, or a record such as { command: ["./migrate"], timeout: "1 minute" }, found 3'
    ])
    assert.match(
      refusals({ hooks: { beforeStart: "a 'b" } })[0] ?? "",
      /^hooks\.beforeStart: .*split/
    )
    assert.match(refusals({ hooks: { beforeStart: { command: [""] } } })[0] ?? "", /first word/)
    assert.match(
      refusals({ hooks: { beforeStart: { command: "a", timeout: 3 } } })[0] ?? "",
      /bare number/
    )
    assert.match(refusals({ hooks: { beforeStrat: "a" } })[0] ?? "", /beforeStrat/)
    assert.match(refusals({ watch: "src" })[0] ?? "", /^watch: /)
    assert.match(refusals({ watch: ["!"] })[0] ?? "", /names no file/)
  })

  it("change live, each hook as one field", () => {
    const changes = diffDefinitions(definitionOf({}), definitionOf(full), [])
    assert.deepEqual(
      changes.map(({ after, class: changeClass, path }) => [path, after, changeClass]),
      [
        ["hooks.afterStart", '{ command: ["warm"], timeout: "30s" }', "live"],
        ["hooks.beforeStart", '{ command: "migrate --all", timeout: "30s" }', "live"],
        ["hooks.beforeStop", '{ command: ["drain"], timeout: "1m" }', "live"],
        ["stop.command", '["quit", "--now"]', "live"],
        ["watch", '["/etc/reeve/src/**", "!/etc/reeve/src/gen/**", "/etc/web.conf"]', "live"]
      ]
    )
  })

  it("come back from their TypeScript source as they were, and are lost in ini with their names", () => {
    const definition = definitionOf(full)
    const { hooks, stop, watch } = definitionOf(programInput(definition))
    assert.deepEqual(hooks, definition.hooks)
    assert.deepEqual(stop.command, definition.stop.command)
    assert.deepEqual(watch, definition.watch)
    const { lost } = iniKeys({ definition, groupPriority: 999 })
    for (const field of ["stop.command", "hooks.beforeStart", "hooks.beforeStop", "watch"]) {
      assert.include(lost, field)
    }
    assert.notInclude(lost, "hooks.afterStop")
  })
})
