/** Sets by key, of which none is empty. */
export const addTo = <A>(sets: Map<string, Set<A>>, key: string, member: A): void => {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([member]))
  else known.add(member)
}

export const dropFrom = <A>(sets: Map<string, Set<A>>, key: string, member: A): void => {
  const known = sets.get(key)
  known?.delete(member)
  if (known?.size === 0) sets.delete(key)
}
