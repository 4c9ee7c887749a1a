/** The limits of a life, written into its cgroup. */
import { writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import {
  askedOf,
  controllerOf,
  type KernelField,
  kernelFields,
  limitFiles,
  type Unheld
} from "../../core/kernelLimits.ts"
import type { Limits } from "../../domain/Definition.ts"
import type { Made } from "../Cgroups.ts"
import { errnoOf } from "../errnoOf.ts"
import { writeIn } from "./cgroupFiles.ts"
import { enable } from "./controllers.ts"
import type { FoundBase } from "./findBase.ts"

export const lacking = (limits: Limits, why: string): Made => ({
  directory: null,
  unheld: askedOf(limits).map((field) => ({ field, why }))
})

export const hold = (base: FoundBase, directory: string, limits: Limits): ReadonlyArray<Unheld> =>
  askedOf(limits).flatMap((field) => {
    const why =
      enable(base, dirname(directory), controllerOf[field]) ??
      limitFiles(field, limits[field])
        .map(([file, text]) => refusal(directory, file, text, writeIn(directory, file, text)))
        .find((refused) => refused !== null)
    return why === null || why === undefined ? [] : [{ field, why }]
  })

const refusal = (
  directory: string,
  file: string,
  text: string,
  errno: string | null
): string | null =>
  errno === null ? null : `${join(directory, file)} does not take "${text}" (${errno})`

/** The same for what runs: the kernel makes who writes wait until it has taken memory back. */
export const holdLater = async (
  base: FoundBase,
  directory: string,
  limits: Limits
): Promise<ReadonlyArray<Unheld>> => {
  for (const field of kernelFields) if (limits[field] === null) clear(directory, field)
  const unheld: Array<Unheld> = []
  for (const field of askedOf(limits)) {
    let why = enable(base, dirname(directory), controllerOf[field])
    for (const [file, text] of why === null ? limitFiles(field, limits[field]) : []) {
      const errno = await writeFile(join(directory, file), text, { flag: "r+" }).then(
        () => null,
        errnoOf
      )
      why ??= refusal(directory, file, text, errno)
    }
    if (why !== null) unheld.push({ field, why })
  }
  return unheld
}

/** Where its controller is not on there is nothing to be cleared. */
const clear = (directory: string, field: KernelField): void => {
  for (const [file, text] of limitFiles(field, null)) writeIn(directory, file, text)
}
