/** Sorts names and directory entries by the bytes of the names. */
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

/** Surrogates, and the code units after them, which come before the surrogates in the order of their bytes. */
const HIGH = /[\ud800-\uffff]/

/** @internal */
export const sortedNames = (names: Iterable<string>): Array<string> => {
  const all = [...names]
  // Without them, both orders are the same, and sorting the text takes a fraction of the time.
  return all.some((name) => HIGH.test(name)) ? all.toSorted(compareBytes) : all.toSorted()
}
