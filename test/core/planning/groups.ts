/** Groups that a test writes by assignment, as if they stood in a configuration of supervisord. */
import * as Effect from "effect/Effect"
import { ReadRefused, type SupervisordRead } from "../../../src/config/GroupRegister.ts"
import { groupRegisterLive } from "../../../src/config/GroupRegisterLive.ts"
import type { Desired, Group, Program } from "../../../src/domain/Desired.ts"
import type { SupervisordConfig } from "../../../src/domain/SupervisordConfig.ts"
import { declare } from "./world.ts"

export const config: SupervisordConfig = {
  file: "/etc/supervisord.conf",
  settings: {
    logfile: "/var/log/supervisord.log",
    logfileMaxBytes: 0,
    logfileBackups: 0,
    loglevel: "info",
    pidfile: "/run/supervisord.pid",
    nodaemon: true,
    silent: true,
    minfds: 1024,
    minprocs: 200,
    nocleanup: false,
    stripAnsi: false,
    umask: 0o22,
    directory: null,
    user: null,
    identifier: "supervisor",
    childlogdir: "/tmp"
  },
  servers: [],
  rpcInterface: true,
  messages: [],
  serverUrl: "unix:///run/supervisor.sock"
}

/** Each group of the programs has the group priority of its first instance. */
export const reading = (...programs: ReadonlyArray<Program>): SupervisordRead => ({
  programs,
  groups: groupsOf(programs),
  config,
  warnings: [],
  inputs: [config.file],
  patterns: []
})

const groupsOf = (programs: ReadonlyArray<Program>): ReadonlyArray<Group> =>
  [...Map.groupBy(programs, ({ group }) => group)].map(([name, members]) => ({
    name,
    priority: members[0]?.instances[0]?.groupPriority ?? 999,
    declared: members.length > 1,
    programs: members.map((member) => member.name)
  }))

export interface GroupFiles {
  /** What the next read gives. */
  now: SupervisordRead | ReadRefused
  /** Programs of active groups where a test works without a register. */
  readonly active: Map<string, Program>
  readonly desired: () => Desired
}

export const newFiles = (...programs: ReadonlyArray<Program>): GroupFiles => {
  const active = new Map(programs.map((one) => [one.name, one]))
  return { now: reading(...programs), active, desired: () => declare(...active.values()) }
}

export const registerOf = (files: GroupFiles) => {
  if (files.now instanceof ReadRefused) throw new Error("a register begins with a good read")
  return groupRegisterLive({
    first: files.now,
    read: Effect.suspend(() =>
      files.now instanceof ReadRefused ? Effect.fail(files.now) : Effect.succeed(files.now)
    )
  })
}
