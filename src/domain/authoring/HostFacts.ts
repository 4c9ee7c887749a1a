/**
 * The machine that reeve runs on, for definitions that depend on it. The evaluation child puts the facts into a global
 * slot before it loads the user's files: this module itself must not touch the operating system.
 */
export interface HostFacts {
  /** The host name. */
  readonly name: string
  /** Logical processors. */
  readonly cpus: number
  /** Bytes of memory in all. */
  readonly memory: number
  /** As Node names it: "linux", "darwin". */
  readonly platform: string
}

export const hostSlot = Symbol.for("reeve/host")

const facts = (wanted: keyof HostFacts): HostFacts => {
  const found: unknown = Reflect.get(globalThis, hostSlot)
  if (isFacts(found)) return found
  throw new Error(`host.${wanted} is known only while reeve evaluates this file`)
}

const isFacts = (value: unknown): value is HostFacts =>
  typeof value === "object" && value !== null && "name" in value && "cpus" in value

export const host: HostFacts = Object.freeze({
  get name() {
    return facts("name").name
  },
  get cpus() {
    return facts("cpus").cpus
  },
  get memory() {
    return facts("memory").memory
  },
  get platform() {
    return facts("platform").platform
  }
})
