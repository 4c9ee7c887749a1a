/** What is told when something done by hand ends: by `reeve release`, by a start, or because its time is over. */
import type { EventBody } from "../domain/Event.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import { noTerms } from "../domain/Terms.ts"

type Named = Pick<InstanceSpec, "key" | "address">

export const releasedEvent = ({ address, key }: Named, who: string): EventBody => ({
  kind: "override",
  instance: key,
  address,
  text: "released",
  who,
  ...noTerms
})

/** Of the first instance of the program. */
export const scaleReleasedEvent = ({ address, key }: Named, who: string): EventBody => ({
  kind: "override",
  instance: key,
  address,
  text: "number of instances released",
  who,
  ...noTerms
})
