/** A program with sockets, and clients of it. */
import { readdirSync, readlinkSync } from "node:fs"
import { createConnection } from "node:net"
import { fileURLToPath } from "node:url"

const fixture = fileURLToPath(new URL("../fixtures/sockets/serve.mjs", import.meta.url))

/** A program that answers on all its sockets; `word`: part of its command, and of its answers. */
export const serving = (sockets: object, fields: object = {}, word = "one") => ({
  command: [process.execPath, fixture, word],
  sockets,
  start: { stableAfter: "0s" },
  ...fields
})

/** What the server tells. */
export interface Answer {
  readonly pid: number
  readonly listenPid: number
  readonly names: string
  readonly word: string
  readonly uid: number
  readonly umask: string
  readonly pwd: string | null
  readonly openFiles: string
  readonly descriptors: Readonly<Record<string, string>>
  readonly fd: number
}

/** Waits for the answer, however long that takes. Fails with the error of the connection. */
export const ask = (to: string | number, host = "127.0.0.1"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const client = typeof to === "string" ? createConnection(to) : createConnection(to, host)
    let text = ""
    client.on("data", (bytes: Buffer) => {
      text += bytes
    })
    client.once("error", reject)
    client.once("end", () => {
      if (text === "") reject(new Error("closed without an answer"))
      else resolve(JSON.parse(text))
    })
  })

export const refusal = (to: string | number, host = "127.0.0.1"): Promise<string> =>
  ask(to, host).then(
    () => "answered",
    (error: NodeJS.ErrnoException) => error.code ?? error.message
  )

/** Clients one after the other, until it is told to stop; then what each got. */
export const askOn = (to: string | number) => {
  let going = true
  const answers: Array<Answer | string> = []
  const run = async () => {
    while (going) {
      answers.push(await ask(to).catch((error: NodeJS.ErrnoException) => error.code ?? "error"))
    }
  }
  const running = run()
  return {
    answers,
    stop: async () => {
      going = false
      await running
      return {
        answers,
        failed: answers.filter((answer) => typeof answer === "string"),
        pids: new Set(answers.flatMap((answer) => (typeof answer === "string" ? [] : answer.pid)))
      }
    }
  }
}

/** Its listening sockets and others, by descriptor. */
export const socketsOf = (pid: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
        return target.startsWith("socket:") ? [[fd, target] as const] : []
      } catch {
        return []
      }
    })
  )
