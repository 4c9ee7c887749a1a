/** What was done by hand, with who did it behind the first clause: `stopped by hand by root; held until released`. */
export const byWhom = (text: string, who: string): string =>
  text.replace(/(?=;)|$/, () => ` by ${who}`)
