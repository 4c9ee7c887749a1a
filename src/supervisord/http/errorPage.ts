/** Answers without content of their own, in the words of supervisord's server (supervisord.md 4.1). */
import type { HttpResponse } from "../HttpRoute.ts"

const reasons: ReadonlyMap<number, string> = new Map([
  [200, "OK"],
  [301, "Moved Permanently"],
  [302, "Moved Temporarily"],
  [303, "See Other"],
  [304, "Not Modified"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [411, "Length Required"],
  [413, "Request Entity Too Large"],
  [500, "Internal Server Error"],
  [503, "Service Unavailable"]
])

export const reasonOf = (status: number): string => reasons.get(status) ?? "Unknown"

/** `headers` come before its own. */
export const errorPage = (
  status: number,
  headers: ReadonlyArray<readonly [string, string]> = []
): HttpResponse => {
  const body = [
    "<head>",
    "<title>Error response</title>",
    "</head>",
    "<body>",
    "<h1>Error response</h1>",
    `<p>Error code ${status}.`,
    `<p>Message: ${reasonOf(status)}.`,
    "</body>",
    ""
  ].join("\r\n")
  return {
    status,
    headers: [...headers, ["Content-Length", String(body.length)], ["Content-Type", "text/html"]],
    body
  }
}
