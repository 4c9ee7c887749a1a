/** A path as the user sees it: from the directory that reeve was started in, where it lies below it. */
export const displayPath = (path: string, directory: string): string =>
  directory !== "/" && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path
