/** All stories with one kind of trouble: none may go wrong, and none may be passed over. */
import { assert } from "vitest"
import { explain, type Tried } from "./everyPoint.ts"
import type { Story } from "./Story.ts"
import { stories } from "./stories.ts"

/** `atLeast`: deaths in all; a floor, so that no change of the stories makes them few unnoticed. */
export const everyStory = async (
  atLeast: number,
  attempt: (story: Story) => Promise<Tried>
): Promise<void> => {
  const counts: Array<string> = []
  let all = 0
  for (const story of stories) {
    const { failed, trials } = await attempt(story)
    if (failed !== null) assert.fail(explain(failed.trial, failed.run))
    counts.push(`${story.name} ${trials}`)
    all += trials
  }
  process.stdout.write(`    ${all} deaths tried: ${counts.join(", ")}\n`)
  assert.isAtLeast(all, atLeast)
}
