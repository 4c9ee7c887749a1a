/** Pretends to work: a line every ten seconds. */
const [queue] = process.argv.slice(2)
let jobs = 0

console.log(`${queue}: waiting for jobs`)
setInterval(() => console.log(`${queue}: job ${++jobs} done`), 10_000)
process.on("SIGTERM", () => {
  console.log(`${queue}: ${jobs} jobs done, stopping`)
  process.exit(0)
})
