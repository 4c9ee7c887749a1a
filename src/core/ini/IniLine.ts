/** What the lines of an ini file mean, each with its place. Lines and columns start at 1. */
import type { Source } from "../../domain/Instance.ts"

export interface IniHeader {
  readonly kind: "section"
  readonly name: string
  readonly at: Source
}

/** `keyAt` is where the key begins, `at` where its value begins. */
export interface IniValue {
  readonly text: string
  readonly keyAt: Source
  readonly at: Source
}

export interface IniPair extends IniValue {
  readonly kind: "pair"
  readonly key: string
}

export type IniLine = IniHeader | IniPair

/** supervisord's text of what is wrong with a file, and where it begins. */
export interface IniSyntaxFault {
  readonly at: Source
  readonly message: string
}
