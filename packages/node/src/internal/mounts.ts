/** Keeps the mounts in the root of a process after the process has ended. */
import * as Handle from "@procfsroot/vfs/Handle"
import { closeSync, openSync } from "node:fs"
import { O_PATH } from "./constants.js"
import { isExhausted } from "./errnoError.js"

/**
 * An open descriptor of a mount namespace, shared by the root of a process and the roots in it.
 *
 * @internal
 */
export type Mounts = Handle.Handle<number>

/** Matches the paths of `ProcessRoot.find`, and what a caller may write in place of them. */
const ofProcess = /^(\/proc\/(?:\d+|self|thread-self)(?:\/task\/\d+)?)\/root\/*$/

/** @internal */
export const holdMounts = (process: string): Mounts | undefined => {
  try {
    // With O_PATH, nothing has to be permitted but to follow the link, as for the link `root`.
    return Handle.make(openSync(`${process}/ns/mnt`, O_PATH), closeSync)
  } catch (error) {
    if (isExhausted(error)) throw error
    return undefined
  }
}

/**
 * Holds the mounts of a process if `path` is its root.
 *
 * @internal
 */
export const hold = (path: string): Mounts | undefined => {
  const process = ofProcess.exec(path)?.[1]
  return process === undefined ? undefined : holdMounts(process)
}
