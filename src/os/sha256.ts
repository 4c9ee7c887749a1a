/** Hexadecimal. node:crypto is loaded with the first digest only: commands that have to be quick need none. */
export const sha256 = (text: string): string =>
  process.getBuiltinModule("node:crypto").hash("sha256", text, "hex")
