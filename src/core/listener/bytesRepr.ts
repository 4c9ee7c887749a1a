/** Bytes as Python's `repr` shows them (`b'\\xff'`). */
export const bytesRepr = (bytes: Uint8Array): string => {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  let shown = ""
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (character === quote || character === "\\") shown += `\\${character}`
    else if (byte >= 0x20 && byte < 0x7f) shown += character
    else shown += named.get(character) ?? `\\x${byte.toString(16).padStart(2, "0")}`
  }
  return `b${quote}${shown}${quote}`
}

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"]
])
