/**
 * Which limits the kernel holds for cgroups that reeve makes. A controller acts on those in which their parent lists it
 * (`cgroup.subtree_control`), and a cgroup with such children may hold no process itself, the machine's own root excepted. So
 * reeve, and what runs beside it, goes into a leaf first. Not so under systemd: it would put the main process of a service that
 * starts again into the service's own cgroup, which the kernel refuses as long as a program lives that has outlived the last
 * one. There the leaf is systemd's to make (`DelegateSubgroup=`, since systemd 254).
 */
import { existsSync, mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Controller } from "../../core/kernelLimits.ts"
import { supervisorCgroup } from "../../core/systemdUnit.ts"
import { errnoOf } from "../errnoOf.ts"
import { moveAll, pidsIn, readIn, writeIn } from "./cgroupFiles.ts"
import type { FoundBase } from "./findBase.ts"

/** Why a controller could not act on what is made below a base: a clause that follows "as"; null: it does or will. */
export const whyNot = (base: FoundBase, controller: Controller): string | null => {
  const { directory } = base
  if (!lists(directory, "cgroup.controllers", controller)) {
    return `${directory} does not have the controller ${controller}`
  }
  if (lists(directory, "cgroup.subtree_control", controller)) return null
  if (isRoot(directory) || base.inLeaf || !base.ofSystemd) return null
  const line = `DelegateSubgroup=${supervisorCgroup}, since systemd 254`
  return `systemd does not start reeve in a cgroup of its own below ${directory} (${line})`
}

/** Lets it act on what is made in `place`, a directory below the base; the reason why it does not. */
export const enable = (base: FoundBase, place: string, controller: Controller): string | null => {
  if (lists(place, "cgroup.subtree_control", controller)) return null
  const why = whyNot(base, controller)
  if (why !== null) return why
  return vacate(base.directory) ?? listed(dirname(place), controller) ?? listed(place, controller)
}

const listed = (directory: string, controller: Controller): string | null => {
  if (lists(directory, "cgroup.subtree_control", controller)) return null
  const errno = writeIn(directory, "cgroup.subtree_control", `+${controller}`)
  return errno === null
    ? null
    : `the controller ${controller} cannot be turned on in ${directory} (${errno})`
}

const vacate = (directory: string): string | null => {
  if (isRoot(directory) || pidsIn(directory).length === 0) return null
  const leaf = join(directory, supervisorCgroup)
  try {
    mkdirSync(leaf, { recursive: true })
  } catch (error) {
    return `${leaf} cannot be made (${errnoOf(error)})`
  }
  const errno = moveAll(() => pidsIn(directory), leaf)
  return errno === null
    ? null
    : `the processes of ${directory} cannot be moved to ${leaf} (${errno})`
}

/** Of the machine: it may have both, processes and children with controllers. */
const isRoot = (directory: string): boolean => !existsSync(join(directory, "cgroup.type"))

const lists = (directory: string, file: string, controller: Controller): boolean =>
  (readIn(directory, file) ?? "").trim().split(" ").includes(controller)
