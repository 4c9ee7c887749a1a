import { makeSite, type Site } from "./Site.ts"

/** A fresh directory that goes with what was done in it. */
export const withSite = async <A>(use: (site: Site) => Promise<A>): Promise<A> => {
  const site = makeSite()
  try {
    return await use(site)
  } finally {
    site.remove()
  }
}
