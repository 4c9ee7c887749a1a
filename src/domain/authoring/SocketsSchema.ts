/** The schema of `sockets`; what an address means is said when it is expanded. The type for authors is SocketInput. */
import * as Schema from "effect/Schema"
import { optional, refusing, required } from "./Field.ts"
import { Count, FileMode, OwnerText, Text } from "./FieldValue.ts"

const example = 'an address such as "127.0.0.1:8080", ":8080" or "unix:/run/web.sock"'

const bareNumber = (shown: string): string =>
  `${shown} is a number; write "127.0.0.1:${shown}", or ":${shown}" for all addresses`

const AddressText = refusing(Text, (value, shown) =>
  typeof value === "number" ? bareNumber(shown) : `expected ${example}, found ${shown}`
)

const SocketSchema = refusing(
  Schema.Union([
    Text,
    Schema.Struct({
      address: required(AddressText, {
        doc: 'Where it listens: "127.0.0.1:8080", "[::1]:8080", ":8080" for all addresses, or "unix:/run/web.sock".',
        type: "text",
        class: "restart"
      }),
      backlog: optional(Count(1, 65_535), {
        doc: "How many connections wait until one of the processes accepts them.",
        type: "number",
        default: "what the machine allows (SOMAXCONN)",
        class: "restart"
      }),
      mode: optional(FileMode, {
        doc: "The mode of the file of a Unix socket.",
        type: "octal text",
        default: '"0600"',
        class: "restart"
      }),
      owner: optional(OwnerText, {
        doc: "Whom the file of a Unix socket belongs to: a user, or a user and a group as user:group.",
        type: "text",
        default: "`user` with its primary group",
        class: "restart"
      })
    })
  ]),
  (value, shown) => {
    if (typeof value === "number") return bareNumber(shown)
    return typeof value === "object" && value !== null
      ? null
      : `expected ${example}, found ${shown}`
  }
)

export const SocketsSchema = Schema.Record(Schema.String, SocketSchema)
export type SocketsChecked = typeof SocketsSchema.Type
