/** Puts an instance's own values in the place of the tokens that `instance.index` and its kin leave in texts. */
import { markerPattern } from "../domain/authoring/Marker.ts"

export type Filled =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fault"; readonly message: string }

const remains = /__REEVE_INSTANCE/i

/** Cheap test before the expensive one. */
export const mayHoldMarker = (text: string): boolean => text.includes("__")

export const fillMarkers = (text: string, index: number): Filled => {
  let fault: string | null = null
  const filled = text.replace(markerPattern, (_token, kind: string, number: string | undefined) => {
    const given = Number(number ?? 0)
    switch (kind.toUpperCase()) {
      case "PORT":
        if (given + index > 65_535) {
          fault = `instance.port(${given}) is ${given + index} for instance ${index}, above the highest port, 65535`
        }
        return String(given + index)
      case "PADDED":
        return String(index).padStart(given, "0")
      default:
        return String(index)
    }
  })
  if (fault !== null) return { kind: "fault", message: fault }
  return remains.test(filled)
    ? {
        kind: "fault",
        message: "holds a piece of instance.index or its kin; put it into the text whole"
      }
    : { kind: "text", text: filled }
}
