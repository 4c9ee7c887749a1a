/** The pages as HTML (supervisord.md 8): no script, nothing from elsewhere, every text escaped. */
import { escapeHtml, quoteUrl } from "../../core/html.ts"
import type { ProcessRow } from "./ProcessRow.ts"

export interface StatusPage {
  readonly rows: ReadonlyArray<ProcessRow>
  /** Above the table; null: none. */
  readonly message: string | null
  /** What makes a button of this page work, and no other. */
  readonly token: string
}

export const statusPage = ({ rows, message, token }: StatusPage): string =>
  page(
    "Supervisor Status",
    `<div id="content">
${message === null ? "" : `<div class="status_msg">${escapeHtml(message)}</div>\n`}<ul id="buttons" class="clr">
<li class="action-button"><a href="index.html?action=refresh">Refresh</a></li>
<li class="action-button">${button("restartall", "Restart All", token)}</li>
<li class="action-button">${button("stopall", "Stop All", token)}</li>
</ul>
${rows.length === 0 ? "No programs to manage" : table(rows, token)}
</div>`
  )

export interface TailPage {
  readonly process: string | null
  readonly text: string
  readonly limit: number
}

export const tailPage = ({ process, text, limit }: TailPage): string =>
  page(
    `Supervisor tail of process ${process ?? "None"}`,
    `<div id="content">
<pre>${escapeHtml(text)}</pre>
${process === null ? "" : `<p><a href="tail.html?processname=${quoteUrl(process)}&amp;limit=${limit}">Refresh</a></p>`}
</div>`
  )

const page = (title: string, content: string): string => `<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8" />
<title>${escapeHtml(title)}</title>
<link href="stylesheets/supervisor.css" rel="stylesheet" type="text/css" />
</head>
<body>
<div id="wrapper">
<div id="header">Supervisor status</div>
${content}
</div>
</body>
</html>
`

const table = (rows: ReadonlyArray<ProcessRow>, token: string): string =>
  `<table id="statustable">
<thead><tr>
<th class="state">State</th><th class="desc">Description</th><th class="name">Name</th><th class="action">Action</th>
</tr></thead>
<tbody>
${rows.map((row, index) => line(row, index, token)).join("\n")}
</tbody>
</table>`

const line = (row: ProcessRow, index: number, token: string): string => {
  const { namespec, state, description } = row
  const name = escapeHtml(namespec)
  const url = escapeHtml(quoteUrl(namespec))
  return `<tr class="${index % 2 === 1 ? "shade" : ""}">
<td class="status"><span class="${classOf(state)}">${escapeHtml(state.toLowerCase())}</span></td>
<td><span>${escapeHtml(description)}</span></td>
<td><a href="tail.html?processname=${url}" target="_blank" rel="noopener">${name}</a></td>
<td class="action"><ul>
${buttonsOf(state)
  .map(([action, label]) => `<li>${button(action, label, token, namespec)}</li>`)
  .join("\n")}
<li><a href="logtail/${url}" name="Tail -f Stdout" target="_blank" rel="noopener">Tail -f Stdout</a></li>
<li><a href="logtail/${url}/stderr" name="Tail -f Stderr" target="_blank" rel="noopener">Tail -f Stderr</a></li>
</ul></td>
</tr>`
}

const buttonsOf = (state: string): ReadonlyArray<readonly [string, string]> => {
  const clear = ["clearlog", "Clear Log"] as const
  if (state === "RUNNING") return [["restart", "Restart"], ["stop", "Stop"], clear]
  return startable.has(state) ? [["start", "Start"], clear] : [clear]
}

const startable: ReadonlySet<string> = new Set(["STOPPED", "EXITED", "FATAL"])

const classOf = (state: string): string => {
  if (state === "RUNNING") return "statusrunning"
  return state === "FATAL" || state === "BACKOFF" ? "statuserror" : "statusnominal"
}

/** A form: what changes something is posted. */
const button = (action: string, label: string, token: string, process?: string): string =>
  `<form action="index.html" method="post">${hidden("token", token)}${hidden("action", action)}${
    process === undefined ? "" : hidden("processname", process)
  }<button type="submit" name="button" value="${label}">${label}</button></form>`

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}" />`
