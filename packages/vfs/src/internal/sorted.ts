/** Names in the order of their bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { DirectoryEntry } from "../InodeOperations.js"

/** Below it, the order of a string's code units is that of its bytes. */
const FIRST_SURROGATE = 0xd800

/** Names of a directory can be encoded. */
const bytesOf = (name: string): Uint8Array => SurrogateEscape.encode(name) ?? new Uint8Array()

const compareEncoded = (a: string, b: string): number => {
  const [x, y] = [bytesOf(a), bytesOf(b)]
  const at = x.findIndex((byte, i) => byte !== y[i])
  return at === -1 ? x.length - y.length : (x[at] ?? -1) - (y[at] ?? -1)
}

const compareBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return x < FIRST_SURROGATE && y < FIRST_SURROGATE ? x - y : compareEncoded(a, b)
  }
  return a.length - b.length
}

/**
 * Node has sorted them already, so that there is most often nothing to do.
 *
 * @internal
 */
export const sortedByBytes = (entries: ReadonlyArray<DirectoryEntry>): ReadonlyArray<DirectoryEntry> => {
  const isSorted = entries.every(({ name }, i) => i === 0 || compareBytes(entries[i - 1]?.name ?? "", name) < 0)
  return isSorted ? entries : entries.toSorted((a, b) => compareBytes(a.name, b.name))
}
