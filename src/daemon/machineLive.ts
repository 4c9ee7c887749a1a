import * as Layer from "effect/Layer"
import { CgroupsLive } from "../os/cgroup/CgroupsLive.ts"
import { HeldLimitsLive } from "../os/cgroup/HeldLimitsLive.ts"
import { FifoLive } from "../os/FifoLive.ts"
import { FilesLive } from "../os/FilesLive.ts"
import { HookRunnerLive } from "../os/HookRunnerLive.ts"
import { HostLive } from "../os/HostLive.ts"
import { KeeperLive } from "../os/KeeperLive.ts"
import { ListenSocketsLive } from "../os/ListenSocketsLive.ts"
import { NoticesLive } from "../os/notices/NoticesLive.ts"
import { ProcLive } from "../os/ProcLive.ts"
import { ReaperLive } from "../os/ReaperLive.ts"
import { SpawnerLive } from "../os/SpawnerLive.ts"
import { UsersLive } from "../os/UsersLive.ts"
import { cgroupName, fifoDirectory, noticeDirectory } from "./storeFiles.ts"

/** What a daemon of either mode needs of the machine it runs on. */
export const machineLive = (runtimeDirectory: string) =>
  Layer.mergeAll(
    FilesLive,
    UsersLive,
    ProcLive,
    HostLive,
    HookRunnerLive,
    SpawnerLive,
    HeldLimitsLive,
    CgroupsLive({ name: cgroupName(runtimeDirectory) }),
    Layer.provideMerge(ReaperLive, KeeperLive),
    ListenSocketsLive,
    NoticesLive({ directory: noticeDirectory(runtimeDirectory) }).pipe(Layer.provide(KeeperLive)),
    FifoLive({ directory: fifoDirectory(runtimeDirectory) })
  )
