/** A chart as a flowchart of Mermaid, where arrows lead to what is needed. */
import { printable } from "../printable.ts"
import type { Chart, ChartEdge, ChartNode } from "./chart.ts"
import { edgeText } from "./edgeText.ts"
import { nodeText } from "./nodeText.ts"

/** `reverse`: arrows lead to what needs it. Without a newline at the end. */
export const chartMermaid = ({ absent, edges, nodes }: Chart, reverse: boolean): string => {
  const missing = reverse ? [] : absent
  const ids = new Map<string, string>()
  for (const name of [...nodes, ...missing.map(({ to }) => ({ name: to }))].map(nameOf)) {
    if (!ids.has(name)) ids.set(name, `n${ids.size + 1}`)
  }
  const arrow = (edge: ChartEdge): string => {
    const [from, to] = reverse ? [edge.to, edge.from] : [edge.from, edge.to]
    return `  ${ids.get(from)} ${edge.optional ? "-.->" : "-->"}|"${edgeText(edge)}"| ${ids.get(to)}`
  }
  return [
    "flowchart LR",
    ...nodes.map((node) => `  ${ids.get(node.name)}["${escaped(nodeText(node))}"]`),
    ...[...new Set(missing.map(({ to }) => to))].map(
      (name) => `  ${ids.get(name)}(["${escaped(printable(name))}"])`
    ),
    ...[...edges, ...missing].map(arrow)
  ].join("\n")
}

const nameOf = ({ name }: Pick<ChartNode, "name">): string => name

/**
 * Labels are read as Markdown and HTML: in all but plain names each character that is no letter or digit is a number. Also colons
 * are: Mermaid takes `style…:…#…;` for a style, wherever it stands.
 */
const escaped = (text: string): string =>
  plainName.test(text)
    ? text
    : text.replace(/[^\p{L}\p{N} ×]/gu, (character) => `#${character.codePointAt(0)};`)

/** With the number of instances. */
const plainName = /^[\p{L}\p{N}]+(?:[_.:-][\p{L}\p{N}]+)*(?: ×\d+)?$/u
