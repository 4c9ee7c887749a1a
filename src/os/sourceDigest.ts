import { sha256 } from "./sha256.ts"

/** Of a text that may be secret: two processes with equal texts have different digests. */
export const sourceDigest = (spawnId: string, text: string): string => sha256(`${spawnId}\0${text}`)
