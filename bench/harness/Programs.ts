/** The programs of a load by name, each with its command; one of them may get another. */
import type { Load } from "./Target.ts"

export type Programs = Map<string, ReadonlyArray<string>>

export const programsOf = ({ command, count }: Load): Programs =>
  new Map(
    Array.from({ length: count }, (_, at) => {
      const name = `p${at}`
      return [name, commandOf(name, command)] as const
    })
  )

/** The argument vector with the name of the program for `{name}`. */
export const commandOf = (name: string, command: ReadonlyArray<string>): ReadonlyArray<string> =>
  command.map((word) => word.replaceAll("{name}", name))
