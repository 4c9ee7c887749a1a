/** A fresh directory that goes with what was done in it, also where the bench itself ends meanwhile. */
import { makeSite, type Site } from "./Site.ts"

const sites = new Set<Site>()

process.once("exit", () => {
  for (const site of sites) site.remove()
})

export const withSite = async <A>(use: (site: Site) => Promise<A>): Promise<A> => {
  const site = makeSite()
  sites.add(site)
  try {
    return await use(site)
  } finally {
    sites.delete(site)
    site.remove()
  }
}
