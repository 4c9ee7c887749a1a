/** The register in memory. It begins with what was read at start, all of it active. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { byText } from "../core/byText.ts"
import { desiredMeaning } from "../core/desiredHash.ts"
import { standardSettings } from "../core/expandSupervisor.ts"
import { shareParts } from "../core/shareParts.ts"
import type { Desired } from "../domain/Desired.ts"
import { sha256 } from "../os/sha256.ts"
import {
  type GroupContent,
  GroupRegister,
  type ReadRefused,
  type SupervisordRead
} from "./GroupRegister.ts"
import { contentsOf } from "./groupContents.ts"

export interface GroupRegisterOptions {
  /** What was read when the daemon began: pending and active alike. */
  readonly first: SupervisordRead
  readonly read: Effect.Effect<SupervisordRead, ReadRefused>
}

type Groups = ReadonlyMap<string, GroupContent>

export const groupRegisterLive = (options: GroupRegisterOptions): Layer.Layer<GroupRegister> =>
  Layer.sync(GroupRegister, () => {
    const oneAtATime = Semaphore.makeUnsafe(1)
    let last = options.first
    let pending = contentsOf(last)
    let active: Groups = new Map(sorted(pending).map((one) => [one.group.name, one]))
    let desired: Desired | null = null
    const change = (next: Groups) => {
      active = next
      desired = null
    }
    const read = options.read.pipe(
      Effect.map((fresh) => ({ ...fresh, programs: shareParts(fresh.programs) })),
      Effect.tap((fresh) =>
        Effect.sync(() => {
          last = fresh
          pending = contentsOf(fresh)
        })
      )
    )
    return {
      read: Semaphore.withPermits(oneAtATime, 1)(read),
      last: () => last,
      pending: () => sorted(pending),
      active: () => [...active.values()],
      pendingGroup: (name) => pending.get(name),
      activeGroup: (name) => active.get(name),
      activate: (content) => {
        const { name } = content.group
        change(new Map([...without(active, name), [name, content]]))
      },
      deactivate: (name) => {
        change(without(active, name))
      },
      desired: () => {
        desired ??= desiredOf(active)
        return desired
      }
    }
  })

const without = (groups: Groups, name: string): Groups =>
  new Map([...groups].filter(([known]) => known !== name))

const sorted = (groups: Groups): ReadonlyArray<GroupContent> =>
  [...groups.values()].sort(
    ({ group: a }, { group: b }) => a.priority - b.priority || byText(a.name, b.name)
  )

const desiredOf = (groups: Groups): Desired => {
  const contents = [...groups.values()]
  const programs = contents
    .flatMap((content) => content.programs)
    .sort((a, b) => byText(a.group, b.group) || byText(a.name, b.name))
  const known = contents.map(({ group }) => group).sort((a, b) => byText(a.name, b.name))
  return {
    programs,
    groups: known,
    supervisor: standardSettings,
    hash: sha256(desiredMeaning(programs, known, standardSettings)),
    git: { commit: null, dirty: false }
  }
}
