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

/**
 * Holds the mount namespace of the process open if `path` is the root of one. When the last process in a mount namespace
 * has ended, the kernel unmounts everything below its root (`put_mnt_ns` in `fs/namespace.c`): a volume would then look
 * empty, and a write to it would go to the directory below it. Call it before the root is opened. Returns `undefined` if
 * the process has no such file. If that is because it has ended, its root cannot be opened either.
 *
 * @internal
 */
export const hold = (path: string): Mounts | undefined => {
  const process = ofProcess.exec(path)?.[1]
  if (process === undefined) return undefined
  try {
    // With O_PATH, nothing has to be permitted but to follow the link, as for the link `root`.
    return Handle.make(openSync(`${process}/ns/mnt`, O_PATH), closeSync)
  } catch (error) {
    if (isExhausted(error)) throw error
    return undefined
  }
}
