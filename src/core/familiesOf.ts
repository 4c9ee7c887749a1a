/** Which processes belong to which of some leaders: members of its group and session, and what those started. */

interface Kin {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
}

/** By the leader's pid; one that nothing belongs to is left out. Who is nearer to another leader is that one's. */
export const familiesOf = <K extends Kin>(
  leaders: ReadonlySet<number>,
  all: ReadonlyArray<K>
): ReadonlyMap<number, ReadonlyArray<K>> => {
  const byPid = new Map(all.map((kin) => [kin.pid, kin]))
  const families = new Map<number, Array<K>>()
  for (const kin of all) {
    const leader = leaders.has(kin.pid) ? null : leaderOf(kin, leaders, byPid)
    if (leader === null) continue
    const family = families.get(leader)
    if (family === undefined) families.set(leader, [kin])
    else family.push(kin)
  }
  return families
}

/** The table is no picture of one instant: parents may seem to go round in a circle. */
const leaderOf = (
  kin: Kin,
  leaders: ReadonlySet<number>,
  byPid: ReadonlyMap<number, Kin>
): number | null => {
  const passed = new Set<number>()
  for (let one: Kin | undefined = kin; one !== undefined && !passed.has(one.pid); ) {
    if (leaders.has(one.session)) return one.session
    if (leaders.has(one.group)) return one.group
    if (leaders.has(one.parent)) return one.parent
    passed.add(one.pid)
    one = byPid.get(one.parent)
  }
  return null
}
