/** What a configuration file of supervisord would say about this daemon: for clients, nothing here decides anything. */
import type { SupervisordConfig } from "../../domain/SupervisordConfig.ts"

export const clientConfig = (about: {
  readonly logDirectory: string
  readonly logfile: string
  readonly socket: string
}): SupervisordConfig => ({
  file: "",
  settings: {
    logfile: about.logfile,
    logfileMaxBytes: 0,
    logfileBackups: 0,
    loglevel: "info",
    pidfile: "",
    nodaemon: true,
    silent: true,
    minfds: 0,
    minprocs: 0,
    nocleanup: true,
    stripAnsi: false,
    umask: 0o022,
    directory: null,
    user: null,
    identifier: "reeve",
    childlogdir: about.logDirectory
  },
  servers: [],
  rpcInterface: true,
  messages: [],
  serverUrl: null
})
