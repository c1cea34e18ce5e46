/** A kind of file system that stays on one mount: whatever is on another one is EXDEV, as with `RESOLVE_NO_XDEV`. */
import type { InodeOperations } from "../InodeOperations.js"
import { fail } from "./errno.js"

/**
 * The same operations, each of whose lookups says whether a mount begins there, and which enter none on the way down a
 * tree. A kind without `mount` has only one, and its lookups say so.
 *
 * @internal
 */
export const onOneMount = <H, F>(operations: InodeOperations<H, F>): InodeOperations<H, F> => {
  const { child, lookup, mount, release } = operations
  if (mount === undefined) return operations
  const isMounted = (directory: H, inode: H): boolean => mount(inode) !== mount(directory)
  return {
    ...operations,
    lookup: (asked, own) => {
      const entry = lookup(asked, own)
      return "handle" in entry ? { ...entry, mounted: isMounted(asked.directory.handle, entry.handle) } : entry
    },
    child: (directory, name) => {
      const found = child(directory, name)
      if (!isMounted(directory, found)) return found
      release?.(found)
      return fail("EXDEV")
    }
  }
}
