/** The longest that a timer of Node takes, milliseconds. */
const longestMs = 2 ** 31 - 1

/** Node ends a process that waits for nothing Node knows of, such as a signal or a thread. From now on it does not. */
export const stayAlive = (): void => {
  setInterval(() => undefined, longestMs)
}
