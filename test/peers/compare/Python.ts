/** Debian's supervisorctl and Python's xmlrpc.client, by way of one Python process that forks for each request. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

export interface CtlAnswer {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

export type RpcAnswer =
  | { readonly value: unknown }
  | { readonly fault: readonly [number, string] }
  | { readonly protocol: readonly [number, string] }
  | { readonly error: string }

export type RpcCall = readonly [method: string, params: ReadonlyArray<unknown>]

export interface Python {
  readonly ctl: (
    directory: string,
    args: ReadonlyArray<string>,
    stdin?: string
  ) => Promise<CtlAnswer>
  readonly rpc: (url: string, calls: ReadonlyArray<RpcCall>) => Promise<ReadonlyArray<RpcAnswer>>
  readonly close: () => void
}

export const startPython = (): Python => {
  const script = fileURLToPath(new URL("./peer.py", import.meta.url))
  const child: ChildProcess = spawn("/usr/bin/python3", [script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, LC_ALL: "C.UTF-8" }
  })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error("no pipes to Python")
  const waiting = new Map<number, (answer: Readonly<Record<string, unknown>>) => void>()
  createInterface({ input: stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as Readonly<Record<string, unknown>>
    const id = Number(answer["id"])
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  let last = 0
  const ask = (request: object) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      last += 1
      const id = last
      waiting.set(id, (answer) => {
        if ("failed" in answer) reject(new Error(String(answer["failed"])))
        else resolve(answer)
      })
      stdin.write(`${JSON.stringify({ ...request, id })}\n`)
    })
  return {
    ctl: async (directory, args, text = "") => {
      const { code, stderr, stdout: out } = await ask({ kind: "ctl", directory, args, stdin: text })
      return { stdout: String(out), stderr: String(stderr), code: Number(code) }
    },
    rpc: async (url, calls) => {
      const { results } = await ask({ kind: "rpc", url, calls })
      return results as ReadonlyArray<RpcAnswer>
    },
    close: () => {
      stdin.end()
      child.kill()
    }
  }
}
