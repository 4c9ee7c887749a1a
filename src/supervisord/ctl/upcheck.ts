/** What most actions ask first: whether a server of the right kind answers (supervisord.md 5.2). */
import { FaultError, UnreachableError } from "../../core/ctl/ClientError.ts"
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { textOf } from "../../core/ctl/readStruct.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { Ctl } from "./Ctl.ts"

const apiVersion = "3.0"

/** False: it said why, and set the exit status. */
export const upcheck = async (ctl: Ctl): Promise<boolean> => {
  try {
    const version = textOf(await ctl.supervisor()("getVersion"))
    if (version === apiVersion) return true
    ctl.output(
      `Sorry, this version of supervisorctl expects to talk to a server with API version ${apiVersion}, ` +
        `but the remote version is ${version}.`
    )
    ctl.exit = ctlExit.versionMismatch
    return false
  } catch (error) {
    if (error instanceof FaultError && error.code === faults.UNKNOWN_METHOD) {
      ctl.output(noNamespace)
      ctl.exit = ctlExit.unimplemented
      return false
    }
    if (error instanceof UnreachableError && error.errno === "ECONNREFUSED") {
      ctl.output(`${ctl.serverUrl} refused connection`)
      ctl.exit = ctlExit.insufficientPrivileges
      return false
    }
    if (error instanceof UnreachableError && error.errno === "ENOENT") {
      ctl.output(`${ctl.serverUrl} no such file`)
      ctl.exit = ctlExit.notRunning
      return false
    }
    throw error
  }
}

const noNamespace =
  "Sorry, supervisord responded but did not recognize the supervisor namespace commands that " +
  "supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is " +
  "enabled in the configuration file (see sample.conf)."
