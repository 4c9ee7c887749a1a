import { hash } from "node:crypto"

/** Hexadecimal. */
export const sha256 = (text: string): string => hash("sha256", text, "hex")
