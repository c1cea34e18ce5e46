/** Frees the content of large files on the thread pool. */
import { type Attributes, typeOf } from "@procfsroot/vfs/Attributes"
import { SLOW_TO_FREE } from "@procfsroot/vfs/Limits"
import type { Now } from "@procfsroot/vfs/Program"
import { closeSync } from "node:fs"
import { procfsCalls } from "../procfs/systemCalls.js"
import { isDeno } from "../runtime.js"
import type { Place, SystemCalls } from "../systemCalls.js"
import { closing, onPool, waitsHere } from "./pooled.js"

const isSlow = (found: Attributes): boolean =>
  found.size > SLOW_TO_FREE && found.nlink === 1 && typeOf(found) === "File"

/** Opens the file if it is large and has no other name. */
const openLarge = ({ lstat }: SystemCalls, place: Place, known: Attributes | undefined): number | undefined => {
  if (known !== undefined && !isSlow(known)) return undefined
  try {
    const found = lstat(place)
    if (found === undefined || !isSlow(found)) return undefined
    // By Node, which closes it.
    return procfsCalls.open(place.directory.fd, place.name)
  } catch {
    // If there is really a problem, the call that follows reports it.
    return undefined
  }
}

/**
 * Whether closing an open file may free much content: it has no name any more.
 *
 * @internal
 */
export const isSlowToClose = ({ fstat }: SystemCalls, fd: number): boolean => {
  try {
    const { nlink, size } = fstat(fd)
    return nlink === 0 && size > SLOW_TO_FREE
  } catch {
    // Closing it reports the problem.
    return false
  }
}

/**
 * Makes a call that takes its name from the file at a place. If the file has no other name, the kernel also frees its
 * content, unless the file is open. So a large file is kept open during the call, and then closed on the thread pool.
 *
 * @internal
 */
export const freeing = (calls: SystemCalls, place: Place, takeName: () => void, known?: Attributes): Now<void> => {
  // Deno cannot open a file with O_PATH.
  const large = waitsHere() || isDeno ? undefined : openLarge(calls, place, known)
  if (large === undefined) return takeName()
  try {
    takeName()
  } catch (thrown) {
    closeSync(large)
    throw thrown
  }
  return onPool(closing(large))
}
