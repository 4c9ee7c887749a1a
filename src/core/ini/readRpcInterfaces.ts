/**
 * `[rpcinterface:x]` (supervisord.md 1.10). supervisord loads Python code that is named there; reeve has the one that comes
 * with supervisord built in, and refuses others as supervisord refuses what it cannot load.
 */
import type { Findings } from "./Findings.ts"
import type { DocumentSection, IniDocument } from "./IniDocument.ts"
import { namesCode } from "./namesCode.ts"
import { namesOf } from "./percentFormat.ts"
import { sectionReader } from "./SectionReader.ts"

const factoryKey = "supervisor.rpcinterface_factory"
const builtIn = "supervisor.rpcinterface:make_main_rpcinterface"

export interface RpcInterfaces {
  /** `[rpcinterface:supervisor]` is there. */
  readonly supervisor: boolean
  /** Sections with keys that the built-in interface does not take. */
  readonly overloaded: ReadonlyArray<DocumentSection>
}

export const noRpcInterfaces: RpcInterfaces = { supervisor: false, overloaded: [] }

/** `environ` holds `ENV_…` names. */
export const readRpcInterfaces = (
  document: IniDocument,
  environ: ReadonlyMap<string, string>,
  findings: Findings
): RpcInterfaces => {
  const names = namesOf(environ)
  const overloaded: Array<DocumentSection> = []
  let supervisor = false
  for (const section of document.sections.values()) {
    if (!section.name.startsWith("rpcinterface:")) continue
    const reader = sectionReader(document, section, findings)
    const factory = reader.text(factoryKey, names)
    if (reader.raw(factoryKey) === null) {
      reader.fail(factoryKey, `section [${section.name}] does not specify a ${factoryKey}`)
    }
    if (factory === null) continue
    if (!namesCode(factory, builtIn)) {
      reader.fail(factoryKey, `${factory} cannot be resolved within [${section.name}]`)
    } else if (section.name === "rpcinterface:supervisor") {
      supervisor = true
    } else {
      reader.fail(factoryKey, `${factory} can only be used within [rpcinterface:supervisor]`)
    }
    const others = new Set([...section.values.keys(), ...document.defaults.keys()])
    others.delete(factoryKey)
    for (const key of others) reader.text(key, names)
    if (others.size > 0) overloaded.push(section)
  }
  return { supervisor, overloaded }
}

/** The interface is made for each server, when they are opened: without one, nobody notices. */
export const refuseOverloaded = ({ overloaded }: RpcInterfaces, findings: Findings): void => {
  for (const { at, name } of overloaded) {
    findings.error(at, `Could not make ${name.slice("rpcinterface:".length)} rpc interface`)
  }
}
