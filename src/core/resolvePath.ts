/** An absolute path as it is; a relative one from `directory`, with `.` and `..` taken out. */
export const resolvePath = (directory: string, path: string): string => {
  if (path.startsWith("/")) return path
  const steps: Array<string> = []
  for (const step of `${directory}/${path}`.split("/")) {
    if (step === "..") steps.pop()
    else if (step !== "" && step !== ".") steps.push(step)
  }
  return `/${steps.join("/")}`
}

export const directoryOf = (file: string): string =>
  file.slice(0, Math.max(1, file.lastIndexOf("/")))
