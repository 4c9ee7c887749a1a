/** One call of a method on a server that speaks XML-RPC. Every way in which it fails is a ClientError. */
import { ClientError, FaultError, HttpError, UnreachableError } from "../../core/ctl/ClientError.ts"
import type { ServerAddress } from "../../core/ctl/serverUrl.ts"
import { readResponse } from "../../core/xmlrpc/readResponse.ts"
import { writeCall } from "../../core/xmlrpc/writeCall.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { httpPost } from "../../os/http/httpClient.ts"
import { HttpFailure } from "../../os/http/httpSocket.ts"
import { basicAuth } from "./basicAuth.ts"

export interface Server {
  readonly place: ServerAddress
  readonly username: string | null
  readonly password: string | null
}

export const callServer = async (
  { password, place, username }: Server,
  method: string,
  params: ReadonlyArray<XmlRpcValue>
): Promise<XmlRpcValue> => {
  const headers = {
    "User-Agent": "reeve",
    "Content-Type": "text/xml",
    Accept: "text/xml",
    ...(username === null || password === null ? {} : basicAuth(username, password))
  }
  const call = writeCall(method, params)
  const answer = await httpPost({ place, path: "/RPC2", headers }, call).catch(unreachable)
  if (answer.status !== 200) throw new HttpError(answer.status, answer.reason)
  const response = readResponse(answer.text)
  switch (response.kind) {
    case "value":
      return response.value
    case "fault":
      throw new FaultError(response.code, response.text)
    case "malformed":
      throw new ClientError("xml.parsers.expat.ExpatError", response.reason)
  }
}

const unreachable = (error: unknown): never => {
  throw error instanceof HttpFailure ? new UnreachableError(error.errno, error.message) : error
}
