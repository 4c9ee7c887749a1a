/** Wrong usage as one sentence: which word, what was expected, what was found. */
import type { NonShowHelpErrors } from "effect/cli/CliError"

export const usageSentence = (error: NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnknownSubcommand":
      return `There is no command ${error.subcommand}.${near(error.suggestions)}`
    case "UnrecognizedOption":
      return `${(error.command ?? ["reeve"]).join(" ")} has no flag ${error.option}.${near(error.suggestions)}`
    case "MissingOption":
      return `The flag --${error.option} is missing.`
    case "MissingArgument":
      return `The argument <${error.argument}> is missing.`
    case "UnexpectedArgument":
      return `Too many arguments: ${error.arguments.join(" ")}.`
    case "InvalidValue": {
      const place = error.kind === "flag" ? `--${error.option}` : `<${error.option}>`
      const found = error.value === "" ? "found nothing" : `found ${JSON.stringify(error.value)}`
      return `${place}: expected ${expectation(error.expected)}, ${found}.`
    }
    case "DuplicateOption":
    case "ValidationError":
    case "UserError":
      return error.message
  }
}

const near = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : ` Did you mean ${suggestions.join(" or ")}?`

/** The library's words for numbers and choices, in ours. */
const expectation = (text: string): string =>
  text
    .replace(/^Expected:? /, "")
    .replace(/^a string representing .*number.*$/, "a whole number")
    .replaceAll('"', "")
    .replaceAll(" | ", ", ")
