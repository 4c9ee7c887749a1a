const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The text that the bytes are in UTF-8; null: they are none. */
export const utf8Text = (bytes: Uint8Array): string | null => {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}
