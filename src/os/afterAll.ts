/**
 * After so many milliseconds, and after what came until then was read: this process may have been busy, not who is waited for.
 * What it gives calls it off.
 */
export const afterAll = (ms: number, then: () => void): (() => void) => {
  let last: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    // The first may run before the loop has looked at descriptors; the second cannot.
    last = setImmediate(() => {
      last = setImmediate(then)
    })
  }, ms)
  return () => {
    clearTimeout(timer)
    clearImmediate(last)
  }
}
