import type { Definition } from "../domain/Definition.ts"

/** Whether changes of files concern its instances. */
export const heedsFiles = ({ reload, watch }: Pick<Definition, "reload" | "watch">): boolean =>
  watch.length > 0 || (reload !== null && reload.on.length > 0)
