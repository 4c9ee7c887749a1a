/** A chart in the language of Graphviz, where arrows lead to what is needed. */
import { printable } from "../printable.ts"
import type { Chart, ChartEdge } from "./chart.ts"
import { edgeText } from "./edgeText.ts"
import { nodeText } from "./nodeText.ts"

/** `reverse`: arrows lead to what needs it. Without a newline at the end. */
export const chartDot = ({ absent, edges, nodes }: Chart, reverse: boolean): string => {
  const missing = reverse ? [] : absent
  const arrow = (edge: ChartEdge): string => {
    const [from, to] = reverse ? [edge.to, edge.from] : [edge.from, edge.to]
    const style = edge.optional ? ", style=dashed" : ""
    return `  ${id(from)} -> ${id(to)} [label=${label(edgeText(edge))}${style}];`
  }
  return [
    "digraph reeve {",
    "  rankdir=LR;",
    "  node [shape=box];",
    ...nodes.map((node) => `  ${id(node.name)} [label=${label(nodeText(node))}];`),
    ...[...new Set(missing.map(({ to }) => to))].map(
      (name) => `  ${id(name)} [label=${label(printable(name))}, style=dashed];`
    ),
    ...[...edges, ...missing].map(arrow),
    "}"
  ].join("\n")
}

/** Control characters are kept out of the file; a backslash is doubled, so that none stands before the end of the string. */
const id = (name: string): string => `"${escaped(printable(name))}"`

/** In a label `\n` is a new line, and `&amp;` an entity. */
const label = (text: string): string => `"${escaped(text).replaceAll("&", "&amp;")}"`

const escaped = (text: string): string => text.replace(/["\\]/g, "\\$&")
