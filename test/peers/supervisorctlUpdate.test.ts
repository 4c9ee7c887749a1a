/** Section 9 and what ends or restarts the server: reread, update, add, remove, reload, shutdown. */
import { head, type Lab, until } from "./supervisorctl/Lab.ts"
import { type Case, line, playCases } from "./supervisorctl/playCases.ts"

const cat = (name: string, more = ""): string =>
  `[program:${name}]\ncommand=/bin/cat\nstartsecs=0\n${more}`

const first = head + cat("stays") + cat("goes") + cat("changes") + cat("idle", "autostart=false\n")
const second =
  head + cat("stays") + cat("changes", "priority=5\n") + cat("idle", "priority=4\n") + cat("comes")
const broken = `${head + cat("stays")}[program:bad]\n`

/** The server runs the first configuration, and the file holds `next`. */
const facing =
  (next: string, ...lines: ReadonlyArray<string>) =>
  async (lab: Lab): Promise<void> => {
    lab.write("s.conf", first)
    await lab.run("ours", ["update"])
    lab.write("s.conf", next)
    for (const text of lines) await lab.run("ours", text.split(" "))
  }

const cases: ReadonlyArray<Case> = [
  line("reread", { before: facing(first) }),
  line("reread", { before: facing(second) }),
  line("reread", { before: facing(second, "reread") }),
  line("reread", { before: facing(broken) }),
  line("avail", { before: facing(second, "reread") }),
  line("update", { before: facing(first) }),
  line("update", {
    before: facing(second),
    after: (lab) =>
      until("the new state is there", async () => {
        const { stdout } = await lab.run("ours", ["status"])
        return /comes +RUNNING/.test(stdout) && !stdout.includes("goes")
      })
  }),
  line("update", { before: facing(second, "stop all") }),
  line("update all", { before: facing(second) }),
  line("update comes", { before: facing(second) }),
  line("update changes idle", { before: facing(second) }),
  line("update goes nosuch", { before: facing(second) }),
  line("update stays", { before: facing(second) }),
  line("update", { before: facing(broken) }),
  line("update comes", { before: facing(broken) }),
  line("add comes", { before: facing(second) }),
  line("add comes", { before: facing(second, "reread") }),
  line("add comes stays nosuch", { before: facing(second, "reread") }),
  line("remove goes", { before: facing(second, "reread") }),
  line("remove goes", { before: facing(second, "reread", "stop goes") }),
  line("remove idle goes nosuch", { before: facing(second) }),
  line("status", { before: facing(second, "update") }),
  line("reload", {
    before: facing(first),
    after: (lab) =>
      until("the server is back", async () => {
        const { code, stdout } = await lab.run("ours", ["status", "stays"])
        return code === 0 && stdout.includes("RUNNING")
      })
  }),
  { name: "a reload in a session", args: [], input: "reload\ny\n", before: facing(first) },
  line("shutdown", {
    before: async (lab) => {
      await lab.kill()
      lab.write("s.conf", first)
      await lab.start()
    },
    after: async (lab) => {
      await until("the server is gone", async () => (await lab.run("ours", ["pid"])).code === 7)
    }
  }),
  line("shutdown"),
  line("status")
]

playCases("a change of the configuration prints and returns what supervisorctl does", first, cases)
