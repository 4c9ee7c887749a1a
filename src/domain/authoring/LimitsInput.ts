/** The types of resource limits; each is set as soft and as hard limit. */
import type { ByteSizeInput } from "../ByteSize.ts"
import type { DurationInput } from "../Duration.ts"

export interface LimitsInput {
  /**
   * Open file descriptors (RLIMIT_NOFILE). Default: as reeve was started with. Change class:
   * restart.
   */
  readonly openFiles?: number
  /**
   * Processes of its user (RLIMIT_NPROC). Default: as reeve was started with. Change class:
   * restart.
   */
  readonly processes?: number
  /**
   * Size of a core file (RLIMIT_CORE); 0: none is written. Default: as reeve was started with.
   * Change class: restart.
   */
  readonly coreSize?: ByteSizeInput
  /**
   * Size of a file that it writes (RLIMIT_FSIZE). Default: as reeve was started with. Change
   * class: restart.
   */
  readonly fileSize?: ByteSizeInput
  /** Virtual memory (RLIMIT_AS). Default: as reeve was started with. Change class: restart. */
  readonly addressSpace?: ByteSizeInput
  /**
   * Stack of its main thread (RLIMIT_STACK). Default: as reeve was started with. Change class:
   * restart.
   */
  readonly stack?: ByteSizeInput
  /**
   * Memory that it may lock (RLIMIT_MEMLOCK). Default: as reeve was started with. Change class:
   * restart.
   */
  readonly lockedMemory?: ByteSizeInput
  /**
   * Processor time, in whole seconds (RLIMIT_CPU). Default: as reeve was started with. Change
   * class: restart.
   */
  readonly cpu?: DurationInput
}
