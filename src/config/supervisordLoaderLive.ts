/**
 * The Loader of supervisord mode: desired are the active groups of the register, so that the same reconciler runs them. A load
 * reads no file, unless the files are watched: then what they newly say is active at once.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { GroupRegister, type ReadRefused } from "./GroupRegister.ts"
import { Loader, LoadFailure } from "./Loader.ts"
import { RevisionFailure } from "./revisionFiles.ts"
import { sameGroup } from "./sameGroup.ts"

export interface SupervisordLoaderOptions {
  /** `--watch` */
  readonly watch: boolean
}

export const supervisordLoaderLive = ({ watch }: SupervisordLoaderOptions) =>
  Layer.effect(
    Loader,
    Effect.gen(function* () {
      const register = yield* GroupRegister
      const events = yield* Events
      // What was read at start is active already.
      let taken = register.last()
      const follow = Effect.gen(function* () {
        const read = yield* register.read.pipe(Effect.mapError(failureOf))
        const same = sameMeaning(taken, read)
        taken = read
        // Files that say what they said before undo no `add` or `remove`.
        if (!same) yield* activateAll(register, events)
      })
      let loads = 0
      return {
        load: () =>
          Effect.gen(function* () {
            loads++
            if (watch && loads > 1) yield* follow
            const { inputs, patterns, warnings } = register.last()
            const watched = watch ? [...inputs, ...patterns] : []
            return { desired: register.desired(), warnings, inputs: watched }
          }),
        loadRevision: () => Effect.fail(new RevisionFailure({ text: noRevisions }))
      }
    })
  )

const noRevisions =
  "reeve supervisord reads its configuration file as it is: there are no revisions of it."

const failureOf = ({ inputs, text }: ReadRefused): LoadFailure =>
  new LoadFailure({
    problems: [
      { severity: "error", file: null, line: null, column: null, message: text, hint: null }
    ],
    inputs
  })

const activateAll = (register: GroupRegister["Service"], events: Events["Service"]) =>
  Effect.gen(function* () {
    for (const { group } of register.active()) {
      if (register.pendingGroup(group.name) !== undefined) continue
      register.deactivate(group.name)
      yield* events.emit({ kind: "group", group: group.name, change: "removed" })
    }
    for (const content of register.pending()) {
      const known = register.activeGroup(content.group.name)
      if (known !== undefined && sameGroup(known, content)) continue
      register.activate(content)
      const group = content.group.name
      if (known === undefined) yield* events.emit({ kind: "group", group, change: "added" })
    }
  })

type Read = ReturnType<GroupRegister["Service"]["last"]>

const sameMeaning = (a: Read, b: Read): boolean =>
  a.groups.length === b.groups.length &&
  a.programs.length === b.programs.length &&
  meaningOf(a) === meaningOf(b)

const meaningOf = ({ groups, programs }: Read): string =>
  JSON.stringify([
    groups,
    programs.map(({ group, instances, name }) => [
      group,
      name,
      instances.map((spec) => [spec.key, spec.name, spec.revision])
    ])
  ])
