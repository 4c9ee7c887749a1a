/** What would keep a new daemon from coming up is found before the old one stops anything. */
import type { SupervisordSettings } from "../../domain/SupervisordConfig.ts"
import { openRotatedFile } from "./RotatedFile.ts"

/** Null: a daemon with these settings can follow this one; else what is wrong with them. */
export const mayRestart = (
  { logfile, user }: SupervisordSettings,
  uid: number | undefined
): string | null => {
  if (user !== null && user.uid !== uid) {
    // The keeper would stay root, and what a process of that user leaves for the next daemon must not be believed by root.
    return uid === 0
      ? `user=${user.name} counts from a start on: end this supervisord, then start it again`
      : "Can't drop privilege as nonroot user"
  }
  if (logfile === "syslog" || logfile.startsWith("/dev/")) return null
  const opened = openRotatedFile({ path: logfile, maxBytes: 0, backups: 0 })
  if (typeof opened === "string") return `could not open the log file ${logfile}: ${opened}`
  opened.close()
  return null
}
