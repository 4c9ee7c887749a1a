/**
 * Equal parts of definitions become one: thousands of programs differ in their commands and logs, and hardly in anything else.
 * What comes of it means the same, and is frozen where it is shared. Each definition and specification is made by one literal,
 * field by field: an object that was built up by names, as a decoder does it, takes V8 several times the memory, and is slower
 * to read.
 */
import type { Definition } from "../domain/Definition.ts"
import type { Program } from "../domain/Desired.ts"
import type { InstanceSpec, Source } from "../domain/Instance.ts"

export const shareParts = (programs: ReadonlyArray<Program>): ReadonlyArray<Program> => {
  const shared = makeShared()
  return programs.map(({ name, group, origin, source, written, instances }) => {
    const one = { name, group, origin, source: shared.source(source) }
    const specs = instances.map((spec) => withParts(spec, shared))
    return written === undefined
      ? { ...one, instances: specs }
      : { ...one, written, instances: specs }
  })
}

/** Gives the first value that was equal to this one, in the order of its fields as well. For plain data only. */
const sharer = <A>(): ((value: A) => A) => {
  const known = new Map<string, A>()
  return (value) => {
    if (typeof value !== "object" || value === null) return value
    const text = JSON.stringify(value)
    const found = known.get(text)
    if (found !== undefined) return found
    freeze(value)
    known.set(text, value)
    return value
  }
}

const freeze = (value: object): void => {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) freeze(member)
  }
  Object.freeze(value)
}

const makeShared = () => ({
  source: sharer<Source>(),
  environment: sharer<Definition["environment"]>(),
  envFile: sharer<Definition["envFile"]>(),
  inheritEnvironment: sharer<Definition["inheritEnvironment"]>(),
  showEnvironment: sharer<Definition["showEnvironment"]>(),
  dependsOn: sharer<Definition["dependsOn"]>(),
  stdin: sharer<Definition["stdin"]>(),
  start: sharer<Definition["start"]>(),
  restart: sharer<Definition["restart"]>(),
  stop: sharer<Definition["stop"]>(),
  ready: sharer<Definition["ready"]>(),
  liveness: sharer<Definition["liveness"]>(),
  hooks: sharer<Definition["hooks"]>(),
  watch: sharer<Definition["watch"]>(),
  reload: sharer<Definition["reload"]>(),
  update: sharer<Definition["update"]>(),
  limits: sharer<Definition["limits"]>(),
  task: sharer<Definition["task"]>(),
  listener: sharer<Definition["listener"]>(),
  fastCgi: sharer<Definition["fastCgi"]>(),
  sockets: sharer<Definition["sockets"]>(),
  sink: sharer<Definition["logs"]["stdout"]>()
})

type Shared = ReturnType<typeof makeShared>

const withParts = (spec: InstanceSpec, shared: Shared): InstanceSpec => ({
  key: spec.key,
  address: spec.address,
  name: spec.name,
  group: spec.group,
  groupPriority: spec.groupPriority,
  program: spec.program,
  index: spec.index,
  origin: spec.origin,
  source: shared.source(spec.source),
  protect: spec.protect,
  renamedFrom: spec.renamedFrom,
  definition: ofParts(spec.definition, shared),
  revision: spec.revision
})

const ofParts = (definition: Definition, shared: Shared): Definition => ({
  description: definition.description,
  command: definition.command,
  directory: definition.directory,
  environment: shared.environment(definition.environment),
  envFile: shared.envFile(definition.envFile),
  inheritEnvironment: shared.inheritEnvironment(definition.inheritEnvironment),
  showEnvironment: shared.showEnvironment(definition.showEnvironment),
  user: definition.user,
  userEnvironment: definition.userEnvironment,
  umask: definition.umask,
  priority: definition.priority,
  dependsOn: shared.dependsOn(definition.dependsOn),
  stdin: shared.stdin(definition.stdin),
  start: shared.start(definition.start),
  restart: shared.restart(definition.restart),
  stop: shared.stop(definition.stop),
  ready: shared.ready(definition.ready),
  liveness: shared.liveness(definition.liveness),
  hooks: shared.hooks(definition.hooks),
  watch: shared.watch(definition.watch),
  reload: shared.reload(definition.reload),
  update: shared.update(definition.update),
  dieWithSupervisor: definition.dieWithSupervisor,
  logs: {
    stdout: shared.sink(definition.logs.stdout),
    stderr: definition.logs.stderr === "stdout" ? "stdout" : shared.sink(definition.logs.stderr)
  },
  limits: shared.limits(definition.limits),
  task: shared.task(definition.task),
  listener: shared.listener(definition.listener),
  fastCgi: shared.fastCgi(definition.fastCgi),
  sockets: shared.sockets(definition.sockets)
})
