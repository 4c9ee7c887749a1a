import { existsSync, readdirSync, readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Observed, readObserved } from "./processes/observed.ts"
import { programKeys, sections } from "./processes/sections.ts"
import {
  cleanUp,
  makePlaces,
  runPeer,
  startReeve,
  startSupervisord,
  withManyGroupsUser,
  writeConfig
} from "./processes/sideBySide.ts"

/**
 * The closed list of differences: stdin and output are FIFOs, own session, default dispositions, one variable, and the address
 * of the socket, which reeve always has and this supervisord has not.
 */
const allowedVariables = new Set(["REEVE_SPAWN_ID", "SUPERVISOR_SERVER_URL"])

const at = makePlaces()
const all = sections(at)
const names = all.flatMap((section) => section.processes.map((name) => `${section.name}.${name}`))

let theirs: ReadonlyMap<string, Observed>
let ours: ReadonlyMap<string, Observed>
let removeUser = () => {}

beforeAll(async () => {
  removeUser = withManyGroupsUser()
  const config = writeConfig(at.top, all)
  await runPeer("supervisord", at, names.length, startSupervisord(config, at.top))
  await runPeer("reeve", at, names.length, startReeve(config, at.top))
  theirs = readObserved(`${at.out}.supervisord`)
  ours = readObserved(`${at.out}.reeve`)
}, 150_000)

afterAll(() => {
  removeUser()
  cleanUp(at.top)
})

const both = (name: string): { readonly their: Observed; readonly our: Observed } => {
  const their = theirs.get(name)
  const our = ours.get(name)
  assert.isDefined(their, `supervisord ran no ${name}`)
  assert.isDefined(our, `reeve ran no ${name}`)
  return { their, our }
}

/** What both leave out or add to a process on their own account is not part of the comparison. */
const environmentOf = (observed: Observed) =>
  Object.fromEntries(
    Object.entries(observed.environment)
      .filter(([key]) => !allowedVariables.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  )

describe("processes of supervisord and reeve from one configuration", () => {
  it("covers at least 60 sections and every key", () => {
    assert.isAtLeast(all.length, 60)
    const text = all
      .flatMap((section) => section.lines)
      .join("\n")
      .toLowerCase()
    assert.deepEqual(
      programKeys.filter((key) => !new RegExp(`^${key}\\s*[=:]`, "m").test(text)),
      []
    )
  })

  it("starts the same set of processes", () => {
    assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort())
    assert.deepEqual([...ours.keys()].sort(), [...names].sort())
  })

  it.each(names)("%s gets the same words, environment, directory, rights and limits", (name) => {
    const { their, our } = both(name)
    assert.deepEqual(our.argv, their.argv)
    assert.deepEqual(environmentOf(our), environmentOf(their))
    assert.equal(our.cwd, their.cwd)
    assert.equal(our.umask, their.umask)
    assert.equal(our.uids, their.uids)
    assert.equal(our.gids, their.gids)
    assert.deepEqual(our.groups, their.groups)
    assert.deepEqual(our.limits, their.limits)
    assert.equal(our.nice, their.nice)
    assert.equal(our.blocked, their.blocked)
    assert.isTrue(our.leadsGroup)
  })

  it.each(names)("%s has the three descriptors, wired alike, and default dispositions", (name) => {
    const { their, our } = both(name)
    assert.deepEqual([...our.fds.keys()].sort(), ["0", "1", "2"])
    const joined = (observed: Observed) => observed.fds.get("1") === observed.fds.get("2")
    assert.equal(joined(our), joined(their))
    assert.equal(our.ignored, "0000000000000000")
  })

  it("writes the same log files with the same content", () => {
    const logsOf = (who: string) => {
      const directory = `${at.logs}.${who}`
      return Object.fromEntries(
        readdirSync(directory)
          .sort()
          .map((name) => [name, readFileSync(`${directory}/${name}`, "utf8").split("\n").sort()])
      )
    }
    const expected = logsOf("supervisord")
    assert.isAtLeast(Object.keys(expected).length, 8)
    assert.deepEqual(logsOf("reeve"), expected)
    assert.isTrue(existsSync(`${at.logs}.reeve/redirected.out`))
  })
})
