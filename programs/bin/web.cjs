/** Answers every request with a greeting. A port in use is no reason to fail: the next one is tried. */
const { createServer } = require("node:http")

const first = Number(process.env.PORT)
let port = first

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`)
  response.end(`${process.env.GREETING}\n`)
})
server.on("error", (error) => {
  if (error.code !== "EADDRINUSE" || port >= first + 100) throw error
  server.listen(++port, "127.0.0.1")
})
server.on("listening", () => console.log(`listening on http://127.0.0.1:${port}/`))
server.listen(port, "127.0.0.1")

process.on("SIGTERM", () => process.exit(0))
