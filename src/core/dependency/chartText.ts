/** A chart as a tree: each program with what it needs below it, once; at the end those that have to do with nobody. */
import { byText } from "../byText.ts"
import { printable } from "../printable.ts"
import type { Chart } from "./chart.ts"
import { edgeText } from "./edgeText.ts"
import { nodeText } from "./nodeText.ts"

/** `reverse`: below each program stands what needs it. Without a newline at the end. */
export const chartText = (chart: Chart, reverse: boolean): string => {
  if (chart.nodes.length === 0) return "No programs."
  const branches = branchesOf(chart, reverse)
  const below = new Set<string>()
  for (const some of branches.values()) for (const { name } of some) below.add(name)
  const apart = chart.nodes.filter(({ isApart }) => isApart)
  const joined = chart.nodes.filter(({ isApart }) => !isApart)
  const roots = joined.filter(({ name }) => !below.has(name))
  const shown = new Set<string>()
  const rows: Array<string> = []
  // Of a circle, which a check refuses, nothing is a root.
  for (const node of [...roots, ...joined]) {
    if (shown.has(node.name)) continue
    rows.push(...tree({ name: node.name, text: nodeText(node) }, branches, shown))
  }
  if (apart.length > 0) rows.push(`Apart: ${apart.map(nodeText).join(", ")}`)
  return rows.join("\n")
}

interface Branch {
  readonly name: string
  readonly text: string
}

type Branches = ReadonlyMap<string, ReadonlyArray<Branch>>

/** What stands below each program, sorted. */
const branchesOf = ({ absent, edges, nodes }: Chart, reverse: boolean): Branches => {
  const texts = new Map(nodes.map((node) => [node.name, nodeText(node)]))
  const found = new Map<string, Array<Branch>>()
  const grow = (at: string, branch: Branch): void => {
    const some = found.get(at)
    if (some === undefined) found.set(at, [branch])
    else some.push(branch)
  }
  for (const edge of edges) {
    const [at, name] = reverse ? [edge.to, edge.from] : [edge.from, edge.to]
    grow(at, { name, text: `${texts.get(name) ?? printable(name)}  ${edgeText(edge)}` })
  }
  for (const edge of reverse ? [] : absent) {
    const text = `${printable(edge.to)}  ${edgeText(edge)}, not declared`
    grow(edge.from, { name: edge.to, text })
  }
  for (const some of found.values()) {
    some.sort((a, b) => byText(a.name, b.name) || byText(a.text, b.text))
  }
  return found
}

interface Open extends Branch {
  /** What stands before it, and before what is below it. */
  readonly before: string
  readonly indent: string
}

/** Its rows. What is below a program is shown the first time. */
const tree = (root: Branch, branches: Branches, shown: Set<string>): ReadonlyArray<string> => {
  const rows: Array<string> = []
  const open: Array<Open> = [{ ...root, before: "", indent: "" }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { before, indent, name, text } = at
    const below = branches.get(name) ?? []
    const isKnown = below.length > 0 && shown.has(name)
    rows.push(`${before}${text}${isKnown ? "  (see above)" : ""}`)
    if (isKnown) continue
    shown.add(name)
    // The last one is pushed first: what is on top comes next.
    for (const [back, branch] of below.toReversed().entries()) {
      const [fork, trunk] = back === 0 ? ["└─ ", "   "] : ["├─ ", "│  "]
      open.push({ ...branch, before: `${indent}${fork}`, indent: `${indent}${trunk}` })
    }
  }
  return rows
}
