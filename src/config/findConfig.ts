/** Where supervisord and supervisorctl look for their configuration when none is named (supervisord.md 1.1). Sync. */
import { directoryOf } from "../core/ini/IniContext.ts"
import { pathExists } from "../os/pathFacts.ts"

/** The paths in their order; `bin` is the path by which the executable was called. */
export const configPaths = (bin: string): ReadonlyArray<string> => {
  const above = directoryOf(directoryOf(bin))
  const beside = above === "" || above.endsWith("/") ? above : `${above}/`
  return [
    `${beside}etc/supervisord.conf`,
    `${beside}supervisord.conf`,
    "supervisord.conf",
    "etc/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf"
  ]
}

/** The first that exists, as it stands in the list; null: none. supervisorctl then has its defaults. */
export const findConfig = (bin: string): string | null => configPaths(bin).find(pathExists) ?? null

/** What supervisord says when it finds none. */
export const noConfigText = (bin: string): string =>
  `No config file found at default paths (${configPaths(bin).join(", ")}); ` +
  "use the -c option to specify a config file at a different path"

/** What supervisord warns root of on stderr when it has to search. */
export const rootSearchWarning =
  "Supervisord is running as root and it is searching for its configuration file in default locations " +
  '(including its current working directory); you probably want to specify a "-c" argument specifying ' +
  "an absolute path to a configuration file for improved security."
