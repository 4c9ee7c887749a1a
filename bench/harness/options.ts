/** The words behind `npm run bench --`. */
import { parseArgs } from "node:util"
import type { Figure, Scale } from "./Figure.ts"

export interface Options {
  readonly figures: ReadonlyArray<Figure>
  /** Names. */
  readonly targets: ReadonlyArray<string>
  readonly runs: number
  readonly scale: Scale
  /** Where every value is written; null: nowhere. */
  readonly json: string | null
  /** Whether `bench/RESULTS.md` is written. */
  readonly results: boolean
}

/** What can be asked for. */
export interface Known {
  readonly figures: ReadonlyArray<Figure>
  readonly targets: ReadonlyArray<string>
}

export const usualRuns = 5

/** Fails, in one sentence, for what is no option or names nothing; "help": that was asked for. */
export const optionsOf = (words: ReadonlyArray<string>, known: Known): Options | "help" => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: "string" },
      targets: { type: "string" },
      runs: { type: "string" },
      json: { type: "string" },
      short: { type: "boolean", default: false },
      results: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false }
    }
  })
  if (values.help) return "help"
  if (values.short && values.results) {
    throw new Error("--results needs a whole run: leave --short away")
  }
  return {
    figures: values.only === undefined ? known.figures : figuresOf(values.only, known.figures),
    targets:
      values.targets === undefined ? known.targets : targetsOf(values.targets, known.targets),
    runs: runsOf(values.runs, values.short),
    scale: values.short ? "short" : "full",
    json: values.json ?? null,
    results: values.results
  }
}

/**
 * Figures by id, by the id of a metric, or by the beginning that several have: "status" is "status.10", "status.200" and so on.
 */
const figuresOf = (text: string, figures: ReadonlyArray<Figure>): ReadonlyArray<Figure> => {
  const ids = (figure: Figure) => [figure.id, ...figure.metrics.map(({ id }) => id)]
  const isMeant = (figure: Figure, word: string) =>
    ids(figure).some((id) => id === word || id.startsWith(`${word}.`))
  const words = text.split(",").map((word) => word.trim())
  const wrong = words.find((word) => !figures.some((figure) => isMeant(figure, word)))
  if (wrong !== undefined) {
    throw new Error(
      `--only ${wrong}: no such figure; there are ${figures.map(({ id }) => id).join(", ")}`
    )
  }
  return figures.filter((figure) => words.some((word) => isMeant(figure, word)))
}

/** Case and spaces do not matter: "barenode" is "bare Node". */
const targetsOf = (text: string, targets: ReadonlyArray<string>): ReadonlyArray<string> => {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "")
  const words = text.split(",").map((word) => word.trim())
  const wrong = words.find((word) => !targets.some((name) => plain(name) === plain(word)))
  if (wrong !== undefined) {
    throw new Error(`--targets ${wrong}: no such target; there are ${targets.join(", ")}`)
  }
  return targets.filter((name) => words.some((word) => plain(word) === plain(name)))
}

const runsOf = (text: string | undefined, isShort: boolean): number => {
  if (text === undefined) return isShort ? 1 : usualRuns
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new Error(`--runs ${text}: a whole number from 1 to 9999`)
}

export const helpOf = ({
  figures,
  targets
}: Known): string => `Measures reeve beside the supervisors that it replaces and
beside two floors: a bare loop in Node and one in C. Targets take turns within each run. Nothing is installed.

npm run bench -- [--only FIGURE,…] [--targets NAME,…] [--runs K] [--json FILE] [--short] [--results]

  --only FIGURE,…   These figures only: ${figures.map(({ id }) => id).join(", ")};
                    the beginning of several will do: status
  --targets NAME,…  These targets only: ${targets.join(", ")}
  --runs K          How often each is measured; default ${usualRuns}, with --short 1
  --json FILE       Write every single value
  --short           A few programs and little data, to see that all of it works
  --results         Write bench/RESULTS.md

Exit status 1: something could not be measured; 2: wrong usage.
`
