/**
 * What outlives daemons: the simulated machine with its processes and pipes, the keeper, the databases, the files of the
 * operator. It kills daemons, lets the next one begin, and lets programs write.
 */
import { openRuntime, openState } from "../../../../src/store/openStore.ts"
import type { Dice } from "../../world/Dice.ts"
import { type Script, steady } from "../../world/scripts.ts"
import { SimFiles } from "../../world/simFiles.ts"
import { initPid, type SimProcess, World } from "../../world/World.ts"
import { KeeperProcess } from "./KeeperProcess.ts"
import type { Life, Moment } from "./Life.ts"
import { Pipes } from "./Pipes.ts"

/** One death of a daemon. */
export interface Crash {
  /** Counted over all daemons of the run, from 1. */
  readonly point: number
  readonly moment: Moment
}

/** What else is lost when a daemon dies. */
export interface Disaster {
  /** Its keeper dies with it. */
  readonly keeper?: boolean
  /** The runtime directory's database is removed. */
  readonly runtime?: boolean
  /** And so is that of the state directory. */
  readonly state?: boolean
  /** The disk is full from soon after the beginning until the daemon dies, or until everything has happened. */
  readonly diskFull?: boolean
  /** The next daemon takes its time. Default: 130 ms. */
  readonly pauseMs?: number
}

/** From the death of a daemon to the next one's first call. */
const shortPauseMs = 130
const firstDaemon = 10
const keeperPids = 50

export interface Point {
  readonly life: number
  readonly label: string
  readonly at: number
}

type Opened = ReturnType<typeof openState>

export class Machine {
  readonly world: World
  readonly pipes = new Pipes()
  readonly files = new SimFiles()
  readonly points: Array<Point> = []
  /** Lines of reeve's own in the logs of programs: files. */
  readonly remarks: Array<string> = []
  /** Process lives that were to begin, whether they did or not. */
  readonly intended = new Set<string>()
  /** Processes that ended as nobody's child: how is not known everywhere. */
  readonly nobodys = new Set<number>()
  readonly disaster: Disaster
  state: Opened
  runtime: Opened
  keeper: KeeperProcess
  life: Life | null = null
  deaths = 0
  /** While no daemon lived, in all. */
  pausedMs = 0
  /** The lives of a program, by its name; the last one again and again. */
  scriptOf: (spawnId: string) => Script = () => steady
  onNextDaemon: () => void = () => undefined
  onProgramEnd: (process: SimProcess) => void = () => undefined
  private readonly crashes: ReadonlyArray<Crash>
  private readonly said = new Map<string, number>()
  private readonly outputs = new Map<string, ReadonlyMap<string, string>>()
  private keepers = 0

  constructor(
    dice: Dice,
    now: () => number,
    crashes: ReadonlyArray<Crash>,
    disaster: Disaster = {}
  ) {
    this.world = new World(dice, now)
    this.world.troubled = false
    this.world.freshPids = true
    this.crashes = crashes
    this.disaster = disaster
    this.state = openState(":memory:", 0)
    this.runtime = openRuntime(":memory:", 0)
    this.keeper = this.newKeeper()
    this.world.onBegin = (process) => this.began(process)
    this.world.onEnd = (process) => this.ended(process)
    this.world.onZombie = () => this.life?.wakeReaper()
    this.world.onOrphan = (process) => {
      this.keeper.zombies.push(process)
      this.life?.wakeReaper()
    }
    this.pipes.onNews = () => this.life?.wakeLogs()
  }

  next(life: Life, label: string): number {
    const at = this.world.now()
    this.points.push({ life: life.number, label, at })
    this.world.note(`  (${this.points.length}) ${label}`)
    return this.points.length
  }

  dies(_: Life, point: number, moment: Moment): boolean {
    return this.crashes.some((crash) => crash.point === point && crash.moment === moment)
  }

  kill(life: Life): void {
    life.dead = true
    life.alarms.clear()
    this.life = null
    this.deaths += 1
    this.world.note(`THE DAEMON DIES (${life.number})`)
    this.world.diskFull = false
    this.world.loseHost()
    if (this.disaster.keeper === true) this.loseKeeper()
    this.pipes.letGoOfAll(`daemon ${life.pid}`)
    this.loseDatabases()
    const pauseMs = this.disaster.pauseMs ?? shortPauseMs
    this.pausedMs += pauseMs
    this.world.plan(this.world.now() + pauseMs, () => this.onNextDaemon())
  }

  /** The number of the daemon that begins now, whose children the programs will be. */
  host(number: number): number {
    const pid = firstDaemon + number
    if (this.world.keeper === null) this.keeper = this.newKeeper()
    this.keeper.runs += 1
    this.world.host = pid
    return pid
  }

  close(): void {
    this.state.close()
    this.runtime.close()
  }

  /** Where a process life's output goes, known before it begins. */
  outputsOf(spawnId: string, channels: ReadonlyMap<string, string>): void {
    this.outputs.set(spawnId, channels)
  }

  private newKeeper(): KeeperProcess {
    this.keepers += 1
    const keeper = new KeeperProcess(keeperPids + this.keepers, this.pipes)
    this.world.keeper = keeper.pid
    return keeper
  }

  private loseKeeper(): void {
    for (const { pid } of this.keeper.zombies) this.nobodys.add(pid)
    this.world.note("THE KEEPER DIES")
    this.world.loseKeeper()
    this.pipes.letGoOfAll(this.keeper.holder)
  }

  private loseDatabases(): void {
    if (this.disaster.runtime === true) {
      this.runtime.close()
      this.runtime = openRuntime(":memory:", 0)
    }
    if (this.disaster.state === true) {
      this.state.close()
      this.state = openState(":memory:", 0)
    }
  }

  private began(process: SimProcess): void {
    const { says = [] } = process.script
    for (const path of this.pathsOf(process).values()) {
      const pipe = this.pipes.named.get(path)
      if (pipe !== undefined) this.pipes.hold(pipe, `pid ${process.pid}`)
    }
    for (const afterMs of says) {
      this.world.plan(this.world.now() + afterMs, () => {
        if (!process.dead) this.say(process)
      })
    }
  }

  private ended(process: SimProcess): void {
    if (process.script.lastWords === true) this.say(process)
    if (process.parent === initPid) {
      this.nobodys.add(process.pid)
      if (this.life?.adopted.get(process.pid) === process.startTicks) {
        this.life.outsiders.push(process)
        this.life.wakeReaper()
      }
    }
    if (process.owner === "program") this.onProgramEnd(process)
    this.pipes.letGoOfAll(`pid ${process.pid}`)
  }

  private say({ of, pid, spawnId }: SimProcess): void {
    for (const pipe of this.pipes.heldBy(`pid ${pid}`)) {
      const channel = pipe.path.slice(pipe.path.lastIndexOf(".") + 1)
      if (channel === "stdin") continue
      const number = (this.said.get(`${pid} ${channel}`) ?? 0) + 1
      this.said.set(`${pid} ${channel}`, number)
      this.pipes.write(pipe, { spawnId: spawnId ?? of ?? "", channel, pid, number })
    }
  }

  private pathsOf({ of, spawnId }: SimProcess): ReadonlyMap<string, string> {
    return this.outputs.get(spawnId ?? of ?? "") ?? new Map()
  }
}
