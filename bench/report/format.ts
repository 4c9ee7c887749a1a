/** Numbers as people read them: three digits that say something, never an exponent. */
export const shown = (value: number): string => {
  if (Math.abs(value) >= 100) return grouped(Math.round(value))
  if (Math.abs(value) >= 10) return trimmed(value.toFixed(1))
  if (Math.abs(value) >= 1 || value === 0) return trimmed(value.toFixed(2))
  return trimmed(value.toFixed(3))
}

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",")

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text)

/** "0.12 ×"; a dash where there is nothing to compare with. */
export const ratio = (value: number | null, to: number | null): string =>
  value === null || to === null || to === 0 ? "–" : `${shown(value / to)} ×`
