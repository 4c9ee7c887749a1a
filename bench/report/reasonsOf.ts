/** Why a metric falls short, by its id: from `bench/reasons.md`, which people write, a heading `## ID` each. */
export type Reasons = ReadonlyMap<string, string>

export const reasonsOf = (text: string): Reasons =>
  new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => {
        const [id = "", ...lines] = part.split("\n")
        return [id.trim(), lines.join("\n").trim()] as const
      })
  )
