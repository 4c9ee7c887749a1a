/** supervisord's sentences about limits that are too low (supervisord.md 7.4); `allowed` is the real hard limit (unlike G25). */

export const tooFewOpenFiles = (least: number, allowed: bigint): string =>
  `The minimum number of file descriptors required to run this process is ${least} as per the "minfds" ` +
  "command-line argument or config file setting. The current environment will only allow you to open " +
  `${allowed} file descriptors.  Either raise the number of usable file descriptors in your environment ` +
  "(see README.rst) or lower the minfds setting in the config file to allow the process to start."

export const tooFewProcesses = (least: number, allowed: bigint): string =>
  `The minimum number of available processes required to run this program is ${least} as per the "minprocs" ` +
  "command-line argument or config file setting. The current environment will only allow you to open " +
  `${allowed} processes.  Either raise the number of usable processes in your environment ` +
  "(see README.rst) or lower the minprocs setting in the config file to allow the program to start."
