/** Sorts directory entries by the bytes of their names. */
import { compareBytes } from "@procfsroot/path/SurrogateEscape"
import type { DirectoryEntry } from "../InodeOperations.js"

/**
 * Most file systems return sorted entries, so usually there is nothing to do.
 *
 * @internal
 */
export const sortedByBytes = (entries: ReadonlyArray<DirectoryEntry>): ReadonlyArray<DirectoryEntry> => {
  const isSorted = entries.every(({ name }, i) => compareBytes(entries[i - 1]?.name ?? "", name) < 0)
  return isSorted ? entries : entries.toSorted((a, b) => compareBytes(a.name, b.name))
}
