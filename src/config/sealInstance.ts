import { canonicalJson } from "../core/canonicalJson.ts"
import { address, type InstanceSpec, instanceKey } from "../domain/Instance.ts"
import { sha256 } from "../os/sha256.ts"

export type UnsealedInstance = Omit<InstanceSpec, "key" | "address" | "revision">

/** Gives an instance its identity and its revision. The only place where an InstanceSpec is made. */
export const sealInstance = (parts: UnsealedInstance): InstanceSpec => ({
  ...parts,
  key: instanceKey(parts.group, parts.program, parts.index),
  address: address(parts.group, parts.name),
  revision: sha256(canonicalJson(parts.definition)).slice(0, 16)
})
