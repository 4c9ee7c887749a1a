/** "1 process", "3 processes". */
export const processCount = (count: number): string =>
  count === 1 ? "1 process" : `${count} processes`
