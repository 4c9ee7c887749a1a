/** A double as Python's `repr` writes it: always with a point or an exponent, exponents of two digits and more. */
export const formatDouble = (value: number): string => {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0"
  const size = Math.abs(value)
  if (size >= 1e16 || size < 1e-4) return exponential(value)
  const text = String(value)
  return text.includes(".") ? text : `${text}.0`
}

const exponential = (value: number): string => {
  const [digits = "", exponent = ""] = value.toExponential().split("e")
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, "0")}`
}
