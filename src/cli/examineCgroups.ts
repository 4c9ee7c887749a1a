/** Where programs have cgroups, and which limits the kernel holds there. Of the daemon, where one runs: it may be elsewhere. */
import * as Effect from "effect/Effect"
import { controllerOf, kernelFields, unheldText } from "../core/kernelLimits.ts"
import type { Paths } from "../os/findPaths.ts"
import { type Finding, finding } from "./Finding.ts"
import { daemonPid } from "./withHeldLimits.ts"

export const examineCgroups = ({ stateDirectory }: Paths): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const { findBase } = yield* Effect.tryPromise(() => import("../os/cgroup/findBase.ts"))
    const { whyNot } = yield* Effect.tryPromise(() => import("../os/cgroup/controllers.ts"))
    const base = yield* findBase(yield* daemonPid(stateDirectory))
    if (base.kind === "none") {
      return [
        finding(
          "good",
          "cgroups",
          `not used, as ${base.why}: limits.memory does not count what leaves its session and its parent`
        ),
        finding(
          "warning",
          "limits",
          unheldText(kernelFields.map((field) => ({ field, why: base.why })))
        )
      ]
    }
    const unheld = kernelFields.flatMap((field) => {
      const why = whyNot(base, controllerOf[field])
      return why === null ? [] : [{ field, why }]
    })
    const held = kernelFields.filter((field) => unheld.every((one) => one.field !== field))
    const fields = held.map((field) => `limits.${field}`).join(", ")
    return [
      finding(
        "good",
        "cgroups",
        `programs with limits of memory, cpus or tasks have their own, in ${base.directory}`
      ),
      ...(held.length === 0 ? [] : [finding("good", "limits", `the kernel holds ${fields}`)]),
      ...(unheld.length === 0 ? [] : [finding("warning", "limits", unheldText(unheld))])
    ]
  }).pipe(Effect.orElseSucceed(() => [finding("good", "cgroups", "not used")]))
