import { describe, expect, it } from "vitest"
import { logRights } from "../../src/core/logRights.ts"

const root = { kind: "directory", uid: 0, mode: 0o755 }
const tmp = { kind: "directory", uid: 0, mode: 0o1777 }
const open = { kind: "directory", uid: 0, mode: 0o777 }
const grouped = { kind: "directory", uid: 0, mode: 0o775 }
const users = { kind: "directory", uid: 1000, mode: 0o700 }
const link = (uid: number) => ({ kind: "link", uid, mode: 0o777 })
const user = { uid: 1000, gid: 1000, groups: [1000, 4] }
const own = { kind: "own", shared: false }
const asOwner = { kind: "as", rights: { uid: 1000, gid: 65534, groups: [] } }
const asUser = { kind: "as", rights: user }

describe("the rights that open a log file", () => {
  it.each([
    ["directories of root's", [root, root], null, own],
    ["a directory that a group may write", [root, grouped], user, own],
    ["somebody's directory", [root, users], null, asOwner],
    ["somebody's directory, who is the program's user", [root, users], user, asUser],
    ["a directory of root's within somebody's", [root, users, root], null, asOwner],
    ["/tmp itself", [root, tmp], null, { kind: "own", shared: true }],
    ["somebody's link in /tmp", [root, tmp, link(1000), root], null, asOwner],
    ["root's link in /tmp", [root, tmp, link(0), root], null, own],
    ["a link that root placed, whoever owns it", [root, link(1000), root], null, own],
    ["a directory open to all", [root, open], null, { kind: "own", shared: true }],
    ["a directory open to all, and a user", [root, open], user, asUser],
    ["a way through a directory open to all", [root, open, root], null, { kind: "refuse" }],
    ["such a way, and a user", [root, open, root], user, asUser]
  ])("%s", (_, nodes, openAs, expected) => {
    expect(logRights(nodes, 0, openAs)).toEqual(expected)
  })

  it("are reeve's own where reeve is not root", () => {
    expect(logRights([root, users, open, root], 1000, user)).toEqual(own)
  })
})
