/** The header of Basic authentication. Never logged, never shown. */

export const basicAuth = (
  username: string,
  password: string
): { readonly Authorization: string } => ({
  Authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)))}`
})
