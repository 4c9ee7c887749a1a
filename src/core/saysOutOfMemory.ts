/**
 * Whether what Node printed before its end says that it had no memory left: with its heap full, or in a thread of its own that
 * collects garbage, where V8 ends the process at once ("Fatal process OOM in …", SIGTRAP).
 */
export const saysOutOfMemory = (text: string): boolean =>
  /heap out of memory|FATAL ERROR: .*memory|Fatal \w+ OOM in /i.test(text)
