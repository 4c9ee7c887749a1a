// A listener of supervisord's protocol: READY, then an event on standard input, then RESULT. It says who gave up.
process.stdout.write("READY\n")

let waiting = Buffer.alloc(0)
process.stdin.on("data", (bytes) => {
  waiting = Buffer.concat([waiting, bytes])
  for (let event = take(); event !== null; event = take()) {
    console.error(`${event.get("groupname")}:${event.get("processname")} gave up`)
    process.stdout.write("RESULT 2\nOKREADY\n")
  }
})

const fields = (text) =>
  new Map(
    text
      .trim()
      .split(" ")
      .map((word) => word.split(":"))
  )

/** The fields of the next event; null: it has not come in full. */
function take() {
  const end = waiting.indexOf("\n")
  if (end < 0) return null
  const whole = end + 1 + Number(fields(waiting.subarray(0, end).toString()).get("len"))
  if (waiting.length < whole) return null
  const payload = waiting.subarray(end + 1, whole).toString()
  waiting = waiting.subarray(whole)
  return fields(payload)
}
