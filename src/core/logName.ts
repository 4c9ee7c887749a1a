/**
 * Names of the log files that reeve chooses itself (`file: "auto"`). A name is a function of the address alone, so that
 * a restarted reeve goes on in the same file, and two addresses never share one. Whatever an address holds (`../x`,
 * `__proto__`, 300 letters), the result is one harmless file name.
 */

/** A file name holds 255 bytes; the rest is room for `-stdout.log.9999`. */
const MAX_STEM = 200

/** `web:0`, "stdout" → `web+0-stdout.log`. */
export const autoLogName = (address: string, channel: "stdout" | "stderr"): string => {
  const stem = Array.from(new TextEncoder().encode(address), encodeByte)
    .join("")
    .replace(/^\./, "%2E")
  const short =
    stem.length <= MAX_STEM ? stem : `${stem.slice(0, MAX_STEM - 17)}~${fingerprint(address)}`
  return `${short}-${channel}.log`
}

const encodeByte = (byte: number): string => {
  const character = String.fromCharCode(byte)
  if (/[A-Za-z0-9._-]/.test(character)) return character
  return character === ":" ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
}

/** FNV-1a, 64 bits: enough to tell apart names that begin with the same 183 bytes. */
const fingerprint = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, "0")
}
