/** The types of resource limits; each of getrlimit(2) is set as soft and as hard limit. */
import type { ByteSizeInput } from "../ByteSize.ts"
import type { DurationInput } from "../Duration.ts"

export interface LimitsInput {
  /**
   * Open file descriptors (RLIMIT_NOFILE). Default: as reeve was started with. Change class:
   * live.
   */
  readonly openFiles?: number
  /**
   * Processes of its user (RLIMIT_NPROC). Default: as reeve was started with. Change class:
   * live.
   */
  readonly processes?: number
  /**
   * Size of a core file (RLIMIT_CORE); 0: none is written. Default: as reeve was started with.
   * Change class: live.
   */
  readonly coreSize?: ByteSizeInput
  /**
   * Size of a file that it writes (RLIMIT_FSIZE). Default: as reeve was started with. Change
   * class: live.
   */
  readonly fileSize?: ByteSizeInput
  /** Virtual memory (RLIMIT_AS). Default: as reeve was started with. Change class: live. */
  readonly addressSpace?: ByteSizeInput
  /**
   * Stack of its main thread (RLIMIT_STACK). Default: as reeve was started with. Change class:
   * live.
   */
  readonly stack?: ByteSizeInput
  /**
   * Memory that it may lock (RLIMIT_MEMLOCK). Default: as reeve was started with. Change class:
   * live.
   */
  readonly lockedMemory?: ByteSizeInput
  /**
   * Processor time, in whole seconds (RLIMIT_CPU). Default: as reeve was started with. Change
   * class: restart.
   */
  readonly cpu?: DurationInput
  /**
   * Niceness, from -20 (gets the processor first) to 19 (last). Default: as reeve was started with.
   * Change class: live.
   */
  readonly nice?: number
  /**
   * Whom the kernel kills for memory (oom_score_adj): -1000 (never) to 1000 (first). Default: as
   * reeve was started with. Change class: live.
   */
  readonly oomScoreAdjust?: number
  /**
   * Memory that it and what it started may use; with more than that for memoryGrace it is stopped,
   * and has failed. Default: unlimited. Change class: live.
   */
  readonly memory?: ByteSizeInput
  /** How long it may use more than that (memory). Default: "10 seconds". Change class: live. */
  readonly memoryGrace?: DurationInput
  /**
   * Memory that it and what it started may have: with more the kernel kills them all. Where it
   * does not, it is as memory. Default: unlimited. Change class: live.
   */
  readonly memoryMax?: ByteSizeInput
  /**
   * Processors whose time it and what it started may use, by the kernel; 0.5 is half of one.
   * Default: unlimited. Change class: live.
   */
  readonly cpus?: number
  /**
   * Processes and threads that it and what it started may be, by the kernel. Default: unlimited.
   * Change class: live.
   */
  readonly tasks?: number
}
