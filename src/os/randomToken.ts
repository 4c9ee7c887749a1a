import { randomBytes } from "node:crypto"

/** 32 hexadecimal digits that nobody can guess. */
export const randomToken = (): string => randomBytes(16).toString("hex")
