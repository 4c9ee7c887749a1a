/** A fresh directory that goes with what was done in it, also where the bench itself ends meanwhile. */
import { makeSite, type Site } from "./Site.ts"

export const withSite = async <A>(use: (site: Site) => Promise<A>): Promise<A> => {
  const site = makeSite()
  process.once("exit", site.remove)
  try {
    return await use(site)
  } finally {
    process.off("exit", site.remove)
    site.remove()
  }
}
