import { readFileSync } from "node:fs"

/** Of this process, without changing it for a moment; 022 where /proc has no such line (Linux before 4.7). */
export const currentUmask = (): number => {
  try {
    const [, octal] = /^Umask:\s*([0-7]+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? []
    return octal === undefined ? 0o022 : Number.parseInt(octal, 8)
  } catch {
    return 0o022
  }
}
