/** Which values must not be shown (design 5): those whose name looks like a secret's, and addresses with a password in them. */

const secretName = /KEY|TOKEN|SECRET|PASS|DSN|CREDENTIAL/i

/** `scheme://user:password@…` */
const credentials = /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i

export const looksSecret = (name: string): boolean => secretName.test(name)

export const holdsCredentials = (text: string): boolean => credentials.test(text)
