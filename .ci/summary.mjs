/**
 * Reads vitest's JSON reports: names each failure with its first lines, then the steps that failed, then counts.
 * A failed step counts as a failure of its own, so that one without a failed test is seen too. `summary.mjs REPORT... -- FAILED_STEP...`
 */
import { readFileSync } from "node:fs"
import { basename, relative } from "node:path"
import { stripVTControlCharacters } from "node:util"

/** Enough of a message to know what went wrong, in a line that a log does not cut. */
const shownOfMessage = 700

const shorten = (message) => stripVTControlCharacters(message).replaceAll("\n", "\n    ").slice(0, shownOfMessage)

const separator = process.argv.indexOf("--")
const reports = process.argv.slice(2, separator)
const failedSteps = process.argv.slice(separator + 1)

let passed = 0
let failed = failedSteps.length
for (const path of reports) {
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
for (const step of failedSteps) console.log(`failed step: ${step}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
