import { initialState } from "../../src/core/instanceState.ts"
import { type Resumption, savedMachine } from "../../src/store/resumption.ts"

/** Of an instance that never ran. */
export const resumptionAtRest: Resumption = {
  machine: savedMachine(initialState),
  spawnId: null,
  settled: true,
  starts: 0,
  spawnError: "",
  startFailure: "spawn",
  generation: null,
  leftovers: [],
  ended: null,
  openAs: null,
  mustRestart: null,
  limits: null,
  changedFile: null,
  unreadFile: null,
  reloadedAt: null,
  limitsRefused: null,
  health: null,
  hooks: [],
  removed: false
}
