/** Whether a run of reeve is under way: begun by `up`, ended in order. One row; a new boot begins without one. */
import type { Database } from "../os/sqlite.ts"

export const writeSession = (database: Database) => {
  const find = database.prepare("SELECT 1 FROM session WHERE open = 1 AND boot_id = ?")
  const begin = database.prepare(
    "INSERT OR REPLACE INTO session (id, boot_id, open) VALUES (1, ?, 1)"
  )
  const end = database.prepare("UPDATE session SET open = 0")
  return {
    begin: (bootId: string): boolean => {
      const open = find.get(bootId) !== undefined
      // On a full disk too it must be known that one is under way.
      if (!open) begin.run(bootId)
      return open
    },
    end: (): void => {
      end.run()
    }
  }
}
