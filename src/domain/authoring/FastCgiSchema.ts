/**
 * The schema of what `defineFastCgi` was given: the fields of a program except `stdin`, and `socket`. Which parts of a socket
 * go together is said when it is expanded. The type for authors is FastCgiInput.
 */
import * as Schema from "effect/Schema"
import { expecting, optional, refusing, required } from "./Field.ts"
import {
  Count,
  expectingOrParts,
  FileMode,
  notHere,
  OwnerText,
  PathText,
  Text
} from "./FieldValue.ts"
import { PerInstanceSchema, ProgramSchema } from "./ProgramSchema.ts"

const nonEmpty = Text.check(Schema.makeFilter((text) => text !== ""))

const SocketSchema = Schema.Struct({
  path: optional(PathText, {
    doc: "The file of a Unix socket; a relative one starts at the directory of the defining file.",
    type: "path",
    class: "restart"
  }),
  owner: optional(OwnerText, {
    doc: "Whom the file of a Unix socket belongs to: a user, or a user and a group as user:group.",
    type: "text",
    default: "`user` with its primary group",
    class: "restart",
    supervisord: ["socket_owner"]
  }),
  mode: optional(FileMode, {
    doc: "The mode of the file of a Unix socket.",
    type: "octal text",
    default: '"0700"',
    class: "restart",
    supervisord: ["socket_mode"]
  }),
  host: optional(refusing(nonEmpty, expecting('an address such as "127.0.0.1"')), {
    doc: "The address of a TCP socket: a name or a number of this machine.",
    type: "text",
    class: "restart"
  }),
  port: optional(Count(1, 65_535), {
    doc: "The port of a TCP socket.",
    type: "number",
    class: "restart"
  }),
  backlog: optional(Count(1, 65_535), {
    doc: "How many connections wait until one of the processes accepts them.",
    type: "number",
    default: "what the machine allows (SOMAXCONN)",
    class: "restart",
    supervisord: ["socket_backlog"]
  })
})
export type SocketChecked = typeof SocketSchema.Type

const whereText = 'a socket such as { path: "/run/app.sock" } or { host: "127.0.0.1", port: 9000 }'

export const fastCgiFields = {
  socket: required(refusing(SocketSchema, expectingOrParts(whereText)), {
    doc: "Where the processes are spoken to: one listening socket, which each gets as descriptor 0.",
    type: "{ path, owner?, mode?, backlog? } | { host, port, backlog? }",
    class: "restart",
    supervisord: ["socket"]
  })
}

const ownStdin = notHere("a FastCGI program has its socket there, so its standard input is not set")

export const FastCgiSchema = Schema.Struct({
  ...ProgramSchema.fields,
  ...fastCgiFields,
  stdin: ownStdin,
  perInstance: Schema.optionalKey(
    Schema.Array(
      refusing(
        Schema.NullOr(Schema.Struct({ ...PerInstanceSchema.fields, stdin: ownStdin })),
        expectingOrParts("a record of fields, or null")
      )
    )
  )
})
export type FastCgiChecked = typeof FastCgiSchema.Type
