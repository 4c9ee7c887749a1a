/** What a path names, asked without waiting: for command lines that are read before anything else runs. Never throws. */
import { accessSync, constants, statSync } from "node:fs"

/** Links are followed: false for one that leads nowhere. */
export const pathExists = (path: string): boolean => {
  try {
    statSync(path)
    return true
  } catch {
    return false
  }
}

export const isDirectoryPath = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

export const isReadablePath = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
