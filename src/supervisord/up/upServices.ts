/**
 * What XML-RPC works with under `reeve up`: groups of the files, in place of supervisord mode's register. Where saves apply by
 * themselves a group leaves with the files only; with `--manual` it goes and comes as in supervisord.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GroupRegister } from "../../config/GroupRegister.ts"
import { sameGroup } from "../../config/sameGroup.ts"
import type { SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import { Events } from "../../events/Events.ts"
import { Reconciler } from "../../reconcile/Reconciler.ts"
import { Supervisor } from "../../supervise/Supervisor.ts"
import {
  type AlreadyActive,
  Configuration,
  type NoSuchGroup,
  NotApplied,
  StillRunning
} from "../Configuration.ts"
import { ConfigurationLive } from "../ConfigurationLive.ts"
import { isStopped } from "../rpc/processes.ts"
import { filesRegister } from "./filesRegister.ts"

export interface UpOptions {
  readonly config: SupervisordConfig
  /** `--manual` */
  readonly manual: boolean
}

/** Configuration and GroupRegister over the reconciler. */
export const upServices = ({ config, manual }: UpOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const reconciler = yield* Reconciler
      const supervisor = yield* Supervisor
      const events = yield* Events
      const files = filesRegister({ reconciler, supervisor, config })
      const { register } = files
      const isManual = () => manual || reconciler.content().loaded?.supervisor.apply === "manual"
      const common = ConfigurationLive.pipe(
        Layer.provide([
          Layer.succeed(GroupRegister, register),
          Layer.succeed(Reconciler, files.reconciler),
          // The supervisor itself tells which groups come and go.
          Layer.succeed(Events, {
            ...events,
            emit: (event) => (event.kind === "group" ? Effect.void : events.emit(event))
          })
        ])
      )
      return Layer.merge(
        Layer.succeed(GroupRegister, register),
        Layer.effect(
          Configuration,
          Effect.map(Configuration, (inner) => withFiles(inner, { register, supervisor, isManual }))
        ).pipe(Layer.provide(common))
      )
    })
  )

interface Files {
  readonly register: GroupRegister["Service"]
  readonly supervisor: Supervisor["Service"]
  readonly isManual: () => boolean
}

const withFiles = (
  inner: Configuration["Service"],
  { isManual, register, supervisor }: Files
): Configuration["Service"] => {
  /** Removed to be added again, by a client that updates so. The files may bring a group back in between. */
  const leaving = new Set<string>()
  return {
    ...inner,
    add: (group) =>
      inner.add(group).pipe(
        Effect.catchTag(
          "AlreadyActive",
          (refused): Effect.Effect<void, AlreadyActive | NoSuchGroup | NotApplied> =>
            leaving.has(group) ? inner.update(group) : Effect.fail(refused)
        ),
        Effect.tap(() => Effect.sync(() => leaving.delete(group)))
      ),
    remove: (group) =>
      Effect.suspend(() => {
        const active = register.activeGroup(group)
        const wanted = register.pendingGroup(group)
        const here = supervisor.peek().filter(({ spec }) => spec.group === group)
        if (!here.every(({ state }) => isStopped(state))) return new StillRunning({ group })
        if (active !== undefined && wanted !== undefined && !isManual()) {
          if (sameGroup(active, wanted)) return new NotApplied({ text: declared(group) })
          leaving.add(group)
        }
        return inner.remove(group)
      })
  }
}

const declared = (group: string): string =>
  `the files declare ${group}: take it out of them to remove it; until then it stays as it is`
