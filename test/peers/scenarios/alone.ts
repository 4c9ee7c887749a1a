/** Scenarios that bring up a supervisor of their own: each becomes a stage, so that what one leaves behind harms no other. */
import type { Difference } from "../compare/compare.ts"
import type { Side } from "../compare/Side.ts"
import type { Scenario, Stage } from "../compare/Stage.ts"

/** A difference names `<name>/plays`. */
export const alone = (
  scenarios: ReadonlyArray<Scenario>,
  differences: ReadonlyArray<Difference> = []
): ReadonlyArray<Stage> =>
  scenarios.map((scenario) => ({
    differences: differences.filter((one) => one.scenario === `${scenario.name}/plays`),
    name: scenario.name,
    files: {},
    started: false,
    scenarios: [{ ...scenario, name: "plays" }]
  }))

export const fresh = async (
  side: Side,
  text: string,
  flags?: ReadonlyArray<string>
): Promise<void> => {
  side.write("s.conf", text)
  await side.start(flags)
}

/** For a supervisor that no client can ask: resolves at once. */
export const freshUnheard = (side: Side, text: string): void => {
  side.write("s.conf", text)
  // It answers nobody, which `start` takes for a failure.
  side.start().catch(() => undefined)
}

export const end = async (side: Side): Promise<void> => {
  side.signal("SIGTERM")
  await side.ended()
}

/** A number that each side has of its own, such as a port, reads as the word. */
export const hide = ({ transcript }: Side, value: number, word: string): void => {
  const shown = transcript.map((line) => line.replaceAll(String(value), word))
  transcript.splice(0, transcript.length, ...shown)
}

/** Lines of the whole main log that match. */
export const loggedLines = (side: Side, pattern: RegExp): ReadonlyArray<string> =>
  side
    .read("s.log")
    .split("\n")
    .filter((line) => pattern.test(line))

export const sayLogged = (side: Side, pattern: RegExp): void => {
  for (const line of loggedLines(side, pattern)) side.say(line)
}
