import { assert, describe, it } from "vitest"
import {
  serviceName,
  systemdUnit,
  type UnitFacts,
  unfitForUnit,
  unitDifference
} from "../../src/core/systemdUnit.ts"

const facts: UnitFacts = {
  name: "reeve",
  scope: "system",
  user: null,
  command: ["/usr/bin/node", "/opt/reeve/dist/reeve.js"],
  entries: ["/srv/shop/programs"],
  directory: "/srv/shop",
  stateDirectory: null,
  socket: null
}
const openFiles = { variable: "OPEN_FILES", programs: 1024, most: 4096 }

const unit = (changes: Partial<UnitFacts> = {}) => systemdUnit({ ...facts, ...changes }, openFiles)

const value = (text: string, key: string): string | undefined =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1)

describe("a unit of the system", () => {
  it("has every line that surviving needs", () => {
    assert.deepEqual(unit().split("\n").slice(2), [
      "[Unit]",
      "Description=reeve, which runs /srv/shop/programs",
      "Wants=network-online.target",
      "After=network-online.target nss-user-lookup.target",
      "StartLimitIntervalSec=0",
      "",
      "[Service]",
      "Type=notify",
      "NotifyAccess=all",
      "WorkingDirectory=/srv/shop",
      "Environment=OPEN_FILES=1024",
      "ExecStart=/usr/bin/node /opt/reeve/dist/reeve.js up /srv/shop/programs --quiet",
      "SyslogIdentifier=reeve",
      "ExecReload=/bin/kill -HUP $MAINPID",
      "KillMode=process",
      "SendSIGKILL=no",
      "TimeoutStartSec=infinity",
      "TimeoutStopSec=infinity",
      "WatchdogSec=60",
      "WatchdogSignal=SIGKILL",
      "Restart=always",
      "RestartPreventExitStatus=0",
      "RestartSec=1",
      "OOMPolicy=continue",
      "Delegate=yes",
      "DelegateSubgroup=reeve-supervisor",
      "TasksMax=infinity",
      "LimitNOFILE=1024:4096",
      "",
      "[Install]",
      "WantedBy=multi-user.target",
      ""
    ])
  })

  it("names the user that it runs as", () => {
    const lines = unit({ user: "shop" }).split("\n")
    assert.strictEqual(lines[lines.indexOf("NotifyAccess=all") + 1], "User=shop")
  })

  it("names state directory and socket only where they were named", () => {
    const named = unit({ stateDirectory: "/var/s", socket: "/run/s.sock" })
    assert.strictEqual(
      value(named, "ExecStart"),
      "/usr/bin/node /opt/reeve/dist/reeve.js up /srv/shop/programs --quiet --state-dir /var/s --socket /run/s.sock"
    )
  })
})

describe("a unit of a user", () => {
  it("waits for no network, and comes with the user's own manager", () => {
    const text = unit({ scope: "user" })
    assert.notInclude(text, "network")
    assert.strictEqual(value(text, "WantedBy"), "default.target")
  })
})

describe("paths in a unit", () => {
  it("are escaped as each place wants it", () => {
    const odd = `/srv/50% "off" $HOME's \\x`
    const text = unit({ directory: odd, entries: [odd], command: ["/opt/$v 1%/node"] })
    assert.strictEqual(value(text, "WorkingDirectory"), `/srv/50%% "off" $HOME's \\x`)
    assert.strictEqual(
      value(text, "ExecStart"),
      String.raw`"/opt/$v 1%%/node" up "/srv/50%% \"off\" $$HOME's \\x" --quiet`
    )
  })

  it("are refused where no escape helps", () => {
    const told = ["/srv/a\nb", "/srv/a ", "/srv/a\\", "/srv/a b/ü"].map(unfitForUnit)
    assert.deepEqual(told, [
      "has a control character in its name",
      "ends with a space or a backslash",
      "ends with a space or a backslash",
      null
    ])
  })
})

describe("the name of a service", () => {
  it("is what systemd takes, with or without its ending", () => {
    const names = ["reeve", "shop-1.service", "a/b", "", ".x", "reeve@one", "-x"].map(serviceName)
    assert.deepEqual(names, ["reeve", "shop-1", null, null, null, null, null])
  })
})

describe("the difference of two units", () => {
  it("is the lines that only one of them has", () => {
    assert.deepEqual(unitDifference("a\nb\nb\nc", "a\nb\nd"), ["- b", "- c", "+ d"])
    assert.deepEqual(unitDifference(unit(), unit()), [])
  })
})
