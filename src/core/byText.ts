/** The order of texts wherever reeve sorts: by code units, so that it is the same in every locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
