/**
 * Finds modules of a git revision: they are looked for where its files lie, and keep the paths of the working tree. What is not
 * in git, as packages that are installed, is found in the working tree.
 */

import { realpathSync, statSync } from "node:fs"
import type { ResolveFnOutput, ResolveHookContext } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { isBelow, type Overlay, placeOf, treePath } from "../../os/overlay.ts"

type Next = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput

export const resolveIn = (
  overlay: Overlay,
  specifier: string,
  context: ResolveHookContext,
  next: Next
): ResolveFnOutput =>
  /^(\.\.?\/|\/|file:)/.test(specifier)
    ? byPath(overlay, specifier, context, next)
    : byName(overlay, specifier, context, next)

const byPath = (
  overlay: Overlay,
  specifier: string,
  context: ResolveHookContext,
  next: Next
): ResolveFnOutput => {
  const url = new URL(specifier, context.parentURL)
  const wanted = fileURLToPath(new URL(url.pathname, "file:"))
  const placed = placeOf(overlay, wanted)
  if (placed === wanted) return next(specifier, context)
  if (isFile(placed)) {
    // Without asking further: of a CommonJS module that Node found by itself it reads the file, which is another one or none.
    const path = treePath(overlay, realpathSync(placed))
    const mapped = pathToFileURL(path).href + url.search + url.hash
    return { url: mapped, shortCircuit: true }
  }
  return inTree(overlay, next(pathToFileURL(placed).href + url.search + url.hash, context))
}

/** A package, or a name in the nearest package.json: of the revision, where that has it. */
const byName = (
  overlay: Overlay,
  specifier: string,
  context: ResolveHookContext,
  next: Next
): ResolveFnOutput => {
  const { parentURL } = context
  const importer = parentURL?.startsWith("file:") === true ? fileURLToPath(parentURL) : null
  if (importer === null || !isBelow(overlay.root, importer)) return next(specifier, context)
  const placed = overlay.at + importer.slice(overlay.root.length)
  try {
    const found = next(specifier, { ...context, parentURL: pathToFileURL(placed).href })
    const mapped = inTree(overlay, found)
    if (mapped !== found) return mapped
  } catch {
    // The revision has none.
  }
  return next(specifier, context)
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** The same object where it is no file of the revision. */
const inTree = (overlay: Overlay, found: ResolveFnOutput): ResolveFnOutput => {
  if (!found.url.startsWith("file:")) return found
  const url = new URL(found.url)
  const path = fileURLToPath(new URL(url.pathname, "file:"))
  if (!isBelow(overlay.at, path)) return found
  const mapped = pathToFileURL(treePath(overlay, path)).href + url.search + url.hash
  return { ...found, url: mapped, shortCircuit: true }
}
