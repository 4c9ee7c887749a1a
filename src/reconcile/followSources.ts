import { heedsFiles } from "../core/heedsFiles.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Workplace } from "./Workplace.ts"

/** Watches the files that programs ask for; to be called before the content becomes what is kept running. */
export const followSources = ({ sources }: Pick<Workplace, "sources">, { programs }: Desired) =>
  sources.follow(
    programs.flatMap(({ instances }) =>
      instances.filter(({ definition }) => heedsFiles(definition))
    )
  )
