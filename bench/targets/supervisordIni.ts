/** The programs as supervisord's ini, for supervisord itself and for reeve in its place. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Programs } from "../harness/Programs.ts"
import type { Site } from "../harness/Site.ts"
import type { Load } from "../harness/Target.ts"

export const socketOf = (site: Site): string => join(site.directory, "s.sock")

/** Writes all of the configuration; returns its path. */
export const writeConfiguration = (site: Site, load: Load, programs: Programs): string => {
  const file = join(site.directory, "supervisord.conf")
  writeFileSync(file, serverSections(site, load) + programSections(site, load, programs))
  return file
}

/** Descriptors of a program: three pipes and a file. */
const filesPerProgram = 5

const serverSections = (site: Site, { count }: Load): string => `[unix_http_server]
file=${socketOf(site)}
[supervisord]
logfile=${site.directory}/supervisord.log
pidfile=${site.directory}/supervisord.pid
childlogdir=${site.directory}
minfds=${1_024 + count * filesPerProgram}
minprocs=${200 + count}
${process.geteuid?.() === 0 ? "user=root\n" : ""}[supervisorctl]
serverurl=unix://${socketOf(site)}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`

export const programSections = (site: Site, load: Load, programs: Programs): string =>
  [...programs]
    .map(
      ([name, command]) => `[program:${name}]
command=${command.join(" ")}
autorestart=${load.restarts}
startsecs=${load.stableSeconds}
stopsignal=TERM
${outputLines(site, load, name)}stderr_logfile=NONE
`
    )
    .join("")

const outputLines = (site: Site, { output, rotateBytes }: Load, name: string): string =>
  output === "none"
    ? "stdout_logfile=NONE\n"
    : `stdout_logfile=${join(site.logs, `${name}.log`)}
stdout_logfile_maxbytes=${rotateBytes ?? 0}
stdout_logfile_backups=3
`
