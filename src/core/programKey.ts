/** Programs are told apart by group and name; people know them by the address a single instance would have. */
import { address } from "../domain/Instance.ts"

interface Member {
  readonly group: string
  readonly program: string
}

/** For maps: no two programs share it, as neither part may hold a slash. */
export const programKey = ({ group, program }: Member): string => `${group}/${program}`

/** What people type: `web`, or `group:web`. */
export const programLabel = ({ group, program }: Member): string => address(group, program)
