/**
 * Ctrl-C for code that can leave what it is doing and go on. Who asked last is told alone; while nobody asks, SIGINT ends
 * the process as usual.
 */

const askers: Array<() => void> = []

const tellLast = (): void => askers.at(-1)?.()

/** What SIGINT does; a line editor that reads the key itself calls it too. */
export const interrupt = (): void => {
  if (askers.length > 0) tellLast()
  else process.kill(process.pid, "SIGINT")
}

/** Waits for the promise or for Ctrl-C, whichever comes first. What is waited for goes on: end it where it matters. */
export const untilInterrupt = async <A>(
  promise: Promise<A>
): Promise<{ readonly interrupted: false; readonly value: A } | { readonly interrupted: true }> => {
  let asker = (): void => undefined
  const interrupted = new Promise<{ readonly interrupted: true }>((resolve) => {
    asker = () => resolve({ interrupted: true })
  })
  if (askers.length === 0) process.on("SIGINT", tellLast)
  askers.push(asker)
  try {
    const done = promise.then((value) => ({ interrupted: false as const, value }))
    return await Promise.race([done, interrupted])
  } finally {
    askers.splice(askers.lastIndexOf(asker), 1)
    if (askers.length === 0) process.off("SIGINT", tellLast)
  }
}
