/** What a request to a page says: its query, and over it the fields of a POST (supervisord.md 8). Empty fields are absent. */
import type { HttpRequest } from "../HttpRoute.ts"

export interface Form {
  readonly processname: string | null
  readonly action: string | null
  readonly message: string | null
  readonly limit: string | null
  readonly token: string | null
}

export const readForm = ({ query, body, method }: HttpRequest): Form => {
  const asked = new URLSearchParams(query)
  const posted = new URLSearchParams(method === "POST" ? new TextDecoder().decode(body) : "")
  // Of a field that is repeated, supervisord takes the first in a query and the last in a body.
  const field = (name: string): string | null =>
    posted.getAll(name).findLast((value) => value !== "") ??
    asked.getAll(name).find((value) => value !== "") ??
    null
  return {
    processname: field("processname"),
    action: field("action"),
    message: field("message"),
    limit: field("limit"),
    token: field("token")
  }
}
