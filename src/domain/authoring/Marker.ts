/**
 * Values that differ from instance to instance: `instance.index` and its kin. A marker is no number yet, it becomes one
 * when a program is expanded into its instances. In a string it leaves a token, which survives templates, `String()`,
 * URLs and a change of case; arithmetic on it throws, because it could only give a wrong number.
 */

/** Stands for a number that each instance has its own value of. Use it in a template or with `String()`. */
export interface InstanceMarker {
  readonly toString: () => string
  readonly toJSON: () => string
  readonly [Symbol.toPrimitive]: (hint: string) => string
}

export const markerPattern = /__REEVE_INSTANCE_(INDEX|PORT|PADDED)(?:_(\d+))?__/gi

const tag = Symbol.for("reeve/marker")

export const isMarker = (value: unknown): value is InstanceMarker =>
  typeof value === "object" && value !== null && tag in value

const marker = (token: string, written: string): InstanceMarker =>
  Object.freeze({
    [tag]: true,
    toString: () => token,
    toJSON: () => token,
    [Symbol.toPrimitive]: (hint: string) => {
      if (hint === "string") return token
      throw new TypeError(
        `${written} has a value only when the program is expanded into its instances: no arithmetic, no comparison; ` +
          `write it inside a template, as \`\${${written}}\`, or with String(${written})`
      )
    }
  })

const whole = (value: number, name: string, most: number): number => {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new RangeError(`${name}: ${String(value)} is not a whole number from 0 to ${most}`)
}

export const instance = Object.freeze({
  /** The instance's position, from 0 (from `instanceIndexStart`, when that is given). */
  index: marker("__REEVE_INSTANCE_INDEX__", "instance.index"),
  /** `base` for instance 0, `base + 1` for instance 1, and so on. */
  port: (base: number): InstanceMarker => {
    const first = whole(base, "instance.port(base)", 65_535)
    return marker(`__REEVE_INSTANCE_PORT_${first}__`, `instance.port(${first})`)
  },
  /** The index with zeros in front, up to `width` digits: `instance.padded(2)` gives 00, 01, … */
  padded: (width: number): InstanceMarker => {
    const digits = whole(width, "instance.padded(width)", 20)
    return marker(`__REEVE_INSTANCE_PADDED_${digits}__`, `instance.padded(${digits})`)
  }
})
