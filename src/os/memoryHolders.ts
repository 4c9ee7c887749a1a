/** What keeps memory outside of V8 that it can do without: a call gives it back; false: it is there no more. */
type Holder = () => boolean

const holders = new Set<Holder>()

/** Is called from now on, whenever this thread gives memory back. */
export const holdsMemory = (give: Holder): void => {
  holders.add(give)
}

export const emptyHolders = (): void => {
  for (const give of holders) if (!give()) holders.delete(give)
}
