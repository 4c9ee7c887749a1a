import * as libc from "./libc.ts"

/**
 * Becomes another program under the same pid (execve(2)); comes back only when that failed, with the errno's name.
 * Node marks 0 to 2 close-on-exec, so they are unmarked first, or the output of the new program would vanish.
 */
export const replaceProcess = (
  file: string,
  argv: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>
): string => {
  for (const fd of [0, 1, 2]) libc.fcntl(fd, libc.F_SETFD, 0)
  const words = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`]
  )
  return libc.errnoName(libc.execve(file, [...argv, null], [...words, null]))
}
