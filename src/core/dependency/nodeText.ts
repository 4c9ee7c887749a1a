import { printable } from "../printable.ts"
import type { ChartNode } from "./chart.ts"

/** `web`, or `web ×3` of several instances, or of none. */
export const nodeText = ({ instances, name }: ChartNode): string =>
  instances === 1 ? printable(name) : `${printable(name)} ×${instances}`
