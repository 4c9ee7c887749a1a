/** Reads vitest's JSON reports: names each failure with its first lines, then counts. `summary.mjs FAILED_BEFORE REPORT...` */
import { readFileSync } from "node:fs"
import { basename, relative } from "node:path"
import { stripVTControlCharacters } from "node:util"

/** Enough of a message to know what went wrong, in a line that a log does not cut. */
const shownOfMessage = 700

const shorten = (message) => stripVTControlCharacters(message).replaceAll("\n", "\n    ").slice(0, shownOfMessage)

let passed = 0
let failed = Number(process.argv[2])
for (const path of process.argv.slice(3)) {
  const shelf = basename(path, ".json")
  try {
    const report = JSON.parse(readFileSync(path, "utf8"))
    passed += report.numPassedTests
    failed += report.numFailedTests + report.numPendingTests + report.numTodoTests
    for (const file of report.testResults) {
      const name = relative(process.cwd(), file.name)
      const seconds = Math.round((file.endTime - file.startTime) / 1000)
      if (file.status === "failed") console.log(`failed: ${shelf} ${name} (${seconds} s) ${shorten(file.message)}`)
      for (const test of file.assertionResults) {
        if (test.status === "passed") continue
        console.log(`  ${test.status}: ${test.fullName}\n    ${shorten(test.failureMessages.join("\n"))}`)
      }
    }
  } catch (error) {
    failed++
    console.log(`failed: no report of ${shelf}: ${error instanceof Error ? error.message : error}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
