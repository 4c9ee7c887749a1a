/**
 * node:fs, taken as `require` would: an `import` of it reads every export, and with those streams and promises, which takes a
 * command that has to be quick longer than its work.
 */
export const nodeFs: typeof import("node:fs") = process.getBuiltinModule("node:fs")
