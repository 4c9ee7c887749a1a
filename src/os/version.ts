import packageFile from "../../package.json" with { type: "json" }

/** reeve's own. */
export const version: string = packageFile.version
