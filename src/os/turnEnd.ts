export interface TurnEnd<A> {
  readonly add: (one: A) => void
  /** Now instead. */
  readonly flush: () => void
}

/** Hands over what was added in a turn of the loop when that is over, in its order. */
export const turnEnd = <A>(take: (one: A) => void): TurnEnd<A> => {
  let waiting: Array<A> = []
  const flush = () => {
    const all = waiting
    waiting = []
    for (const one of all) take(one)
  }
  return {
    add: (one) => {
      if (waiting.push(one) === 1) setImmediate(flush)
    },
    flush
  }
}
