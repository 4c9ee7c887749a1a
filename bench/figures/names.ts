/** Which targets have what. */

/** All that start programs and see them end. */
export const everyone = [
  "supervisord",
  "reeve",
  "reeve up",
  "reeve typed",
  "runit",
  "s6",
  "PM2",
  "process-compose",
  "bare Node",
  "bare C"
] as const

/** They answer XML-RPC. */
export const xmlrpcServers = ["supervisord", "reeve", "reeve up", "reeve typed"] as const

/** They have a command that prints the state of all programs: the floors have none. */
export const statusPrinters = everyone.filter((name) => !name.startsWith("bare"))

/** They rotate what they write: PM2 does not without a module of others. */
export const rotators = everyone.filter((name) => name !== "PM2")
