/** What the thread that reads notices is told, and tells. */
import type { Notice } from "../../core/readNotice.ts"

export type NoticeOrder =
  | {
      readonly kind: "read"
      /** From 1. */
      readonly id: number
      readonly fd: number
      /** "newline": a readiness descriptor; it is closed after the first one. */
      readonly what: "socket" | "newline"
    }
  | { readonly kind: "close"; readonly id: number }
  | { readonly kind: "stop" }

/** At most one of each id. */
export type NoticesRead = ReadonlyArray<{ readonly id: number; readonly notice: Notice }>
