import { request } from "node:http"

/** One request to a server at a unix socket; fails unless it answers with 200. `body`: null: GET, else a POST of JSON. */
export const askUnix = (socketPath: string, path: string, body: string | null): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const headers = body === null ? {} : { "content-type": "application/json" }
  const asked = request(
    { socketPath, path, method: body === null ? "GET" : "POST", headers },
    (answer) => {
      const chunks: Array<Buffer> = []
      answer.on("data", (chunk: Buffer) => chunks.push(chunk))
      answer.on("error", reject)
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString()
        if (answer.statusCode === 200) resolve(text)
        else reject(new Error(`${path} answers ${answer.statusCode}: ${text.slice(0, 500)}`))
      })
    }
  )
  asked.on("error", reject)
  asked.end(body ?? undefined)
  return promise
}
