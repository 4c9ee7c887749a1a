/** What programs wrote is in their files, and nothing of what has ended is left anywhere. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../../../src/domain/Actual.ts"
import type { Store } from "../../../../src/store/Store.ts"
import type { Ledger } from "./Ledger.ts"
import type { Machine } from "./Machine.ts"
import { textOf } from "./Pipes.ts"

/** Each piece once, and those of one writer in order. */
export const checkOutput = ({ pipes, world }: Machine, ledger: Ledger): void => {
  const lost = new Set(ledger.lost.map(textOf))
  const latest = new Map<string, number>()
  const found = new Set<string>()
  for (const { file, piece } of pipes.moved) {
    const text = textOf(piece)
    if (found.has(text)) world.wrong(`${text} is there twice`)
    found.add(text)
    const writer = `${piece.spawnId} ${piece.channel} ${piece.pid}`
    if ((latest.get(writer) ?? 0) > piece.number) world.wrong(`${text} is out of order`)
    latest.set(writer, piece.number)
    const name = ledger.firstNameOf(/\+(\w+)-/.exec(file)?.[1] ?? "")
    if (name !== ledger.programOf(piece.spawnId)) world.wrong(`${text} is in ${file}`)
  }
  for (const piece of pipes.written) {
    const text = textOf(piece)
    if (!found.has(text) && !lost.has(text) && !ledger.mayLose) world.wrong(`${text} is in no file`)
  }
}

/** Four sets, of one FIFO and of two. */
const mostSpare = 4 * 3

/** Made for a start that is to come, and held for it. */
const isSpare = ({ intended, keeper, pipes }: Machine, path: string): boolean => {
  const spawnId = path.slice(path.lastIndexOf("/") + 1, path.lastIndexOf("."))
  const isEmpty = pipes.named.get(path)?.pieces.length === 0
  return isEmpty && !intended.has(spawnId) && keeper.heldPaths.includes(path)
}

export const checkRemains = Effect.fnUntraced(function* (
  machine: Machine,
  store: Store["Service"],
  instances: ReadonlyArray<ActualInstance>
) {
  const { keeper, pipes, world } = machine
  const writers = new Set<string>()
  for (const pipe of pipes.all) {
    if ([...pipe.holders].some((holder) => holder.startsWith("pid "))) writers.add(pipe.path)
  }
  const spare = new Set<string>()
  for (const path of pipes.named.keys()) {
    if (writers.has(path)) continue
    if (isSpare(machine, path)) spare.add(path)
    else world.wrong(`the FIFO ${path} is left`)
  }
  if (spare.size > mostSpare) world.wrong(`${spare.size} FIFOs wait for starts`)
  for (const path of keeper.heldPaths) {
    if (!writers.has(path) && !spare.has(path)) world.wrong(`the keeper still holds ${path}`)
  }
  const living = new Set(world.leaders.map(({ spawnId }) => spawnId ?? ""))
  for (const spawnId of keeper.facts.keys()) {
    if (!living.has(spawnId)) world.wrong(`the keeper still knows of ${spawnId}`)
  }
  for (const { pid, spawnId } of yield* Effect.orDie(store.processes.live)) {
    if (!living.has(spawnId)) world.wrong(`pid ${pid} still counts as living`)
  }
  for (const { dead, pid } of world.processes.values()) {
    if (dead) world.wrong(`pid ${pid} was never reaped`)
  }
  const keys = new Set<string>(instances.map(({ spec }) => spec.key))
  const writing = new Set([...writers].map((path) => path.slice(path.lastIndexOf("/") + 1)))
  for (const { resumption, spec } of yield* Effect.orDie(store.instances.list)) {
    if (keys.has(spec.key)) continue
    const { spawnId } = resumption
    if ([...writing].some((name) => name.startsWith(`${spawnId}.`))) continue
    world.wrong(`${spec.address} is gone, and its record is left`)
  }
})
