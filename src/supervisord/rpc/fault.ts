/** Faults in supervisord's words: `NAME`, or `NAME: extra` (supervisord.md 4.2). */
import { type FaultName, faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import { RpcFault } from "../Rpc.ts"

export const fault = (name: FaultName, extra?: string): RpcFault =>
  new RpcFault({ code: faults[name], text: extra === undefined ? name : `${name}: ${extra}` })
