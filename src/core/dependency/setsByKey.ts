/** Sets by key, of which none is empty. Most have one member, and thousands of them are no sets of V8 then, which are large. */
export type SetsByKey<A> = Map<string, readonly [A] | Set<A>>

export const addTo = <A>(sets: SetsByKey<A>, key: string, member: A): void => {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, [member])
  else if (known instanceof Set) known.add(member)
  else if (known[0] !== member) sets.set(key, new Set([known[0], member]))
}

export const dropFrom = <A>(sets: SetsByKey<A>, key: string, member: A): void => {
  const known = sets.get(key)
  if (known === undefined) return
  if (known instanceof Set) {
    known.delete(member)
    if (known.size === 0) sets.delete(key)
  } else if (known[0] === member) sets.delete(key)
}
