/**
 * node:http, taken as `require` would: an `import` of it reads every export, and with those the whole of fetch, which delays
 * the start of a daemon and is used by nobody here.
 */
export const nodeHttp = (): typeof import("node:http") => process.getBuiltinModule("node:http")
