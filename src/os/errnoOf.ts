/** The errno's name that Node put into an error ("ENOENT"); "EIO" for an error that has none. */
export const errnoOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "EIO"
