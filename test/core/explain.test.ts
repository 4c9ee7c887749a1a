import { assert, describe, it } from "vitest"
import { explainField, fieldTable, supervisordTable } from "../../src/core/explain.ts"
import { explainedFields } from "../../src/core/explainedFields.ts"

const pathOf = (asked: string): string => {
  const found = explainField(asked)
  switch (found.kind) {
    case "field":
      return found.field.path
    case "several":
      return found.fields.map(({ path }) => path).join(" ")
    case "unknown":
      return `? ${found.suggestions.join(" ")}`
  }
}

describe("explaining a field", () => {
  const table: ReadonlyArray<readonly [asked: string, path: string]> = [
    ["stop.timeout", "stop.timeout"],
    ["stableAfter", "start.stableAfter"],
    ["timeout", "stop.timeout ready.timeout liveness.timeout"],
    ["stopwaitsecs", "stop.timeout"],
    ["AUTOSTART", "start.auto"],
    ["environment.PATH", "environment"],
    ["maxSize", "logs.stdout.maxSize logs.stderr.maxSize supervisor.log.maxSize"],
    ["stdout_logfile_backups", "logs.stdout.backups"],
    ["redirect_stderr", "logs.stderr"],
    ["stop.timout", "? stop.timeout"],
    ["timout", "? stop.timeout"],
    ["stopwaitsec", "? stop.timeout"],
    ["zzzzzzzz", "? "]
  ]
  for (const [asked, path] of table) {
    it(`finds ${JSON.stringify(path)} for ${JSON.stringify(asked)}`, () => {
      assert.strictEqual(pathOf(asked), path)
    })
  }

  it("gives meaning, type, default, change class and supervisord's key", () => {
    const found = explainField("stop.timeout")
    assert.deepEqual(found, {
      kind: "field",
      field: {
        path: "stop.timeout",
        doc: "How long it may take to end, before KILL.",
        type: "duration",
        default: '"10 seconds"',
        class: "live",
        supervisord: ["stopwaitsecs"]
      },
      parts: []
    })
  })

  it("lists the fields of a section", () => {
    const found = explainField("stop")
    assert.deepEqual(found.kind === "field" ? found.parts.map(({ path }) => path) : [], [
      "stop.signal",
      "stop.timeout",
      "stop.group",
      "stop.command"
    ])
  })
})

describe("the tables of the README", () => {
  it("have a row for each field, of as many cells as the head", () => {
    const rows = fieldTable().split("\n")
    assert.strictEqual(rows.length, explainedFields().length + 2)
    const cells = rows.map((row) => row.replaceAll("\\|", "").split("|").length)
    assert.deepEqual([...new Set(cells)], [7])
  })

  it("lead from every key of a program section that reeve has to its field", () => {
    const keys = `
      command process_name numprocs numprocs_start priority autostart autorestart startsecs startretries exitcodes
      stopsignal stopwaitsecs stopasgroup killasgroup user
      redirect_stderr stdout_logfile stdout_logfile_maxbytes stdout_logfile_backups
      stdout_syslog stderr_logfile stderr_logfile_maxbytes stderr_logfile_backups stderr_syslog environment directory umask`
    const table = supervisordTable()
    for (const key of keys.trim().split(/\s+/)) assert.include(table, `| \`[program:x] ${key}\` |`)
    assert.include(table, "| `[group:x] programs` | `group.programs` |")
    assert.include(table, "| `[supervisord] loglevel` | `supervisor.log.level` |")
  })
})
