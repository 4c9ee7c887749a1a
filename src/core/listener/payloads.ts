/** What listeners hear of an event: its type and the text of its payload (supervisord.md 6.1). */
import type { EventBody } from "../../domain/Event.ts"
import type { Address } from "../../domain/Instance.ts"
import type { ListenerEvent } from "../../domain/ListenerEvent.ts"
import { bytesRepr } from "./bytesRepr.ts"
import { utf8Text } from "./utf8Text.ts"

export interface Names {
  readonly group: string
  readonly name: string
}

/** `group:name`, or one word for both. */
export const namesOf = (address: Address): Names => {
  const colon = address.indexOf(":")
  return colon === -1
    ? { group: address, name: address }
    : { group: address.slice(0, colon), name: address.slice(colon + 1) }
}

/** Null: listeners hear nothing of it. */
export const listenerEventOf = (body: EventBody): ListenerEvent | null => {
  switch (body.kind) {
    case "state":
      // Only why it does not run has changed: to supervisord's listeners that is no event.
      if (body.from === body.to) return null
      return { type: `PROCESS_STATE_${body.to}`, payload: statePayload(body) }
    case "group":
      return {
        type: body.change === "added" ? "PROCESS_GROUP_ADDED" : "PROCESS_GROUP_REMOVED",
        payload: `groupname:${body.group}\n`
      }
    case "supervisor":
      return {
        type:
          body.state === "running"
            ? "SUPERVISOR_STATE_CHANGE_RUNNING"
            : "SUPERVISOR_STATE_CHANGE_STOPPING",
        payload: ""
      }
    case "ready":
    case "exit":
    case "added":
    case "removed":
    case "renamed":
    case "succession":
    case "signalled":
    case "log":
    case "leftovers":
    case "hook":
    case "fileChanged":
    case "generation":
    case "rejected":
    case "override":
    case "daemon":
      return null
  }
}

const statePayload = (body: EventBody & { readonly kind: "state" }): string => {
  const { group, name } = namesOf(body.address)
  const begin = `processname:${name} groupname:${group} from_state:${body.from}`
  switch (body.to) {
    case "STARTING":
    case "BACKOFF":
      return `${begin} tries:${body.failures}`
    case "RUNNING":
    case "STOPPING":
    case "STOPPED":
      return `${begin} pid:${body.pid ?? 0}`
    case "EXITED": {
      const expected = body.reason?.kind === "exited" && body.reason.expected
      return `${begin} expected:${expected ? 1 : 0} pid:${body.pid ?? 0}`
    }
    case "FATAL":
    case "UNKNOWN":
      return begin
  }
}

export const logEvent = (
  { group, name }: Names,
  channel: "stdout" | "stderr",
  pid: number,
  data: Uint8Array
): ListenerEvent => ({
  type: channel === "stdout" ? "PROCESS_LOG_STDOUT" : "PROCESS_LOG_STDERR",
  payload: `processname:${name} groupname:${group} pid:${pid} channel:${channel}\n${textOf(data)}`
})

export const communicationEvent = (
  { group, name }: Names,
  channel: "stdout" | "stderr",
  pid: number,
  data: Uint8Array
): ListenerEvent => ({
  type: channel === "stdout" ? "PROCESS_COMMUNICATION_STDOUT" : "PROCESS_COMMUNICATION_STDERR",
  payload: `processname:${name} groupname:${group} pid:${pid}\n${textOf(data)}`
})

export const remoteEvent = (type: string, data: string): ListenerEvent => ({
  type: "REMOTE_COMMUNICATION",
  payload: `type:${type}\n${data}`
})

const textOf = (data: Uint8Array): string => utf8Text(data) ?? `Undecodable: ${bytesRepr(data)}`
