/**
 * The kernel's log (/dev/kmsg) tells whom it killed for lack of memory: a record such as
 * `3,1005,39778479471,-;Memory cgroup out of memory: Killed process 13553 (python3) total-vm:…`.
 */

/** The pid that this record tells of; null: it tells of no such kill. */
export const killedPid = (record: string): number | null => {
  const found = /^[\d,]+[^;\n]*;[^\n]*\bout of memory[^\n]*: Killed process (\d+) \(/i.exec(record)
  return found === null ? null : Number(found[1])
}
