/** Apart from the schemas: the client reads values of such files as well, and must not load them for it. */
export const supervisordLevelNames = [
  "critical",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
  "blather"
] as const
