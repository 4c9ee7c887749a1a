/** Compiles the writer into a directory. It is in C because fifty of them must leave the processors to what is tried. */
import { fileURLToPath } from "node:url"
import { compileC } from "../fixtures/compileC.ts"

const source = fileURLToPath(new URL("./writer.c", import.meta.url))

/** Its path. */
export const compileWriter = (directory: string): string => compileC(source, directory, "writer")
