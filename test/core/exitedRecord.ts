/** What is on record of an instance whose process has exited with status 2. */
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import type { InstanceRecord } from "../../src/store/Store.ts"
import { resumptionAtRest } from "./resumptionAtRest.ts"

export const exitedRecord = (spec: InstanceSpec): InstanceRecord => ({
  spec,
  started: spec,
  state: "EXITED",
  reason: { kind: "exited", status: { kind: "code", code: 2 }, expected: false },
  exit: { kind: "code", code: 2 },
  since: 1,
  startedAt: 2,
  stoppedAt: null,
  next: null,
  bootId: "boot",
  resumption: resumptionAtRest
})
