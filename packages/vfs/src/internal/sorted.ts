/** Sorts names in the order of their bytes. */
import { compareBytes } from "@procfsroot/path/SurrogateEscape"
import type { DirectoryEntry } from "../InodeOperations.js"

/**
 * Most file systems have sorted them already, so that there is most often nothing to do.
 *
 * @internal
 */
export const sortedByBytes = (entries: ReadonlyArray<DirectoryEntry>): ReadonlyArray<DirectoryEntry> => {
  const isSorted = entries.every(({ name }, i) => i === 0 || compareBytes(entries[i - 1]?.name ?? "", name) < 0)
  return isSorted ? entries : entries.toSorted((a, b) => compareBytes(a.name, b.name))
}
