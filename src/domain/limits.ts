/** A limit on everything, each with its reason. Nothing here is a setting: who meets one has something to rethink. */

/** Events that may wait for a pool of listeners: of PROCESS_LOG they hold output. */
export const listenerBuffer = 1_000_000

/** Levels of nesting: a definition deeper than this is a structure that refers to itself. */
export const definitionDepth = 32

/** Values in one definition: the largest real one (a long environment) stays far below. */
export const definitionNodes = 50_000

/** Characters in one text of a definition: Linux gives a process no argument or variable above 128 KiB. */
export const definitionTextLength = 131_072

/** Bytes that one evaluation may hand over: 5,000 programs of a few KiB each, times two. */
export const evaluationResultBytes = 64 * 1024 * 1024

/** Messages of one evaluation: a few for each file that it reads, and those are at most some ten thousand. */
export const evaluationFrames = 200_000

/** Objects that one evaluation may yield: reeve is tried with 10,000 instances; ten times that is a runaway loop. */
export const evaluatedObjects = 100_000

/** Heap of an evaluation in MiB: 5,000 programs need 100. */
export const evaluationHeapMb = 512

/** Private memory of an evaluation in bytes, buffers included: the heap and as much again. */
export const evaluationMemoryBytes = 1024 * 1024 * 1024

/** What an evaluation may take before it counts as an endless loop; a usual one takes 0.05 seconds. */
export const evaluationTimeoutMs = 10_000

/** Open files of an evaluation: module loading needs a few dozen. */
export const evaluationOpenFiles = 1_024

/** Bytes of what evaluated files print that are kept: enough to debug with, too little to fill a log. */
export const evaluationOutputBytes = 64 * 1024

/** After a file that ended its evaluation, so many more tries are made to find what else is wrong. */
export const evaluationRetries = 4

/** How long those tries may take together. */
export const evaluationRetryMs = 3_000

/** How long a prepared evaluation process waits for its load before it is let go. */
export const evaluationSpareMs = 30_000

/** Files of installed packages that are watched as inputs: more would make watching itself a burden. */
export const watchedPackageFiles = 500

/** Levels of directories that are searched for entries: deeper ones are loops of links. */
export const entryDepth = 32

/** Entries of one load: beyond this the directory named is not one of definitions. */
export const entryFiles = 20_000

/** Quiet time after one changed file: editors write one in less. */
export const quietOneMs = 25

/** Quiet time after several changed files, and after one that vanished: a checkout, or a file replaced in steps. */
export const quietManyMs = 150

/** A changed file that is empty is mostly one whose content is still to come. */
export const quietEmptyMs = 500

/** A directory in which something changes without a pause is read after this long all the same. */
export const quietLongestMs = 5_000

/** How long a change waits for git's index lock: a checkout is done by then, or its lock was left behind. */
export const gitLockWaitMs = 10_000

/** What git may take to name the commit; then it is "unknown". */
export const gitTimeoutMs = 2_000

/** What git may take to hand over all files of a revision, and how large they may be. */
export const archiveTimeoutMs = 60_000
export const archiveBytes = 1024 * 1024 * 1024

/** What the user's own compiler may take for `check --types`. */
export const typeCheckTimeoutMs = 120_000

/** Instances of one program: a slip of a digit, or `instances: host.memory`, must not fill the process table. */
export const programInstances = 1_024

/** Characters of a name: it becomes a part of log file names, which end at 255 bytes on most file systems. */
export const nameLength = 128

/** A longer duration is a slip of the unit. */
export const longestDurationMs = 366 * 24 * 60 * 60 * 1_000

/** Events that the journal keeps: weeks of an ordinary host, about 20 MiB; the oldest go first. */
export const journalEvents = 100_000

/** Tasks of which is remembered that they completed: a few KiB each; names of tasks may come and go without end. */
export const storedCompletions = 10_000

/** Generations that are kept whole, if they fit: with 1,000 programs each is one to two megabytes. */
export const storedGenerations = 200

/**
 * What they may take together, besides what the oldest shares with those before it: with 10,000 instances one whole takes
 * about 15 MiB, but only what changed is stored again.
 */
export const storedGenerationsBytes = 128 * 1024 * 1024

/** So many are kept whatever they take: history and diffs are of use only with some. */
export const storedGenerationsLeast = 5

/** How long a write to the store waits for another process that reads or checkpoints it. */
export const storeBusyMs = 2_000

/** Ended processes of this boot that are kept, so that an exit is known to whoever asks late. */
export const endedProcesses = 20_000

/**
 * Actions at work at once: a stop may take its whole timeout, so that few slots would queue stubborn programs up; more would
 * only crowd.
 */
export const actionsAtOnce = 256

/** After an apply the plan is made again; one that still has actions after so many rounds fails instead of trying for ever. */
export const applyRounds = 3

/** Characters of the reason for what is done by hand: one line of a table has to hold it. */
export const reasonLength = 200

/**
 * How long a timer for the end of what was done by hand sleeps at most: its end is a moment of the wall clock, which may be set,
 * and a machine that sleeps stops the timer but not the clock.
 */
export const expiryLookMs = 10 * 60 * 1_000

/** How soon it is tried again where that end could not be recorded. */
export const expiryRetryMs = 30_000

/** After a look that an event led to, the next ones wait so long: a storm of crashes must not become one of looks. */
export const followPauseMs = 20

/** First and longest pause before the reconciler looks again while an instance is between two states. */
export const lookAgainMs = 250
export const lookAgainLongestMs = 30_000

/** How long an apply that is waited for watches what it started: longer stable times are not waited out. */
export const settleMs = 20_000

/** Of a script, a file of variables or a secret: larger ones are not read to find out whether they changed. */
export const sourceBytes = 1024 * 1024

/** How long such a file is waited for when a plan is shown: a network that hangs must not hold up what is to be told. */
export const sourceWaitMs = 2_000

/** `sun_path` of Linux, less the NUL at its end. */
export const longestUnixPath = 107

/** Between two looks of a probe, and for one: less would be a load of its own. */
export const shortestProbeMs = 50

/** Listening sockets of one program: beyond this a range of ports was meant, which a program opens itself. */
export const programSockets = 64

/** FDNAME_MAX of sd_listen_fds(3). */
export const socketNameLength = 255
