import type { InstanceSpec } from "../../../src/domain/Instance.ts"

/** What a Launcher finds that finds everything. */
export const simLaunch = (spec: InstanceSpec, spawnId: string) => ({
  request: {
    spawnId,
    file: "/bin/sim",
    argv: ["sim"],
    environment: new Map<string, string>(),
    directory: null,
    stdin: { kind: "null" as const },
    stdout: null,
    stderr: null,
    readyPipe: null,
    sockets: [],
    credentials: null,
    umask: null,
    limits: spec.definition.limits,
    cgroup: null,
    dieWithParent: false
  },
  inheritedHash: "same",
  openAs: null
})
