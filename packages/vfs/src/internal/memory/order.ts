/** The order in which a directory is listed: by the bytes of the names, as in libuv (`uv__fs_scandir_sort`). */
import { compareBytes } from "@procfsroot/path/SurrogateEscape"
import { sortedNames } from "../sorted.js"
import { mostChanges } from "./children.js"

/** Returns where a name is, or where it belongs. */
const search = (names: ReadonlyArray<string>, name: string): number => {
  let [from, to] = [0, names.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (compareBytes(names[middle] ?? "", name) < 0) from = middle + 1
    else to = middle
  }
  return from
}

/**
 * The names in a directory, sorted by their bytes. They are only sorted when they are needed, and a few names that were
 * created or removed since then are moved alone.
 *
 * @internal
 */
export class Order {
  #names: Array<string> | undefined
  readonly #changed = new Set<string>()

  /** Notes that a name was created or removed. */
  note(name: string): void {
    if (this.#names === undefined) return
    this.#changed.add(name)
    if (this.#changed.size <= mostChanges(this.#names.length)) return
    this.#names = undefined
    this.#changed.clear()
  }

  /** Returns the keys of `children`. The caller must copy what it keeps. */
  of(children: ReadonlyMap<string, unknown>): ReadonlyArray<string> {
    const names = this.#names ??= sortedNames(children.keys())
    for (const name of this.#changed) {
      const at = search(names, name)
      const wasThere = names[at] === name
      if (wasThere && !children.has(name)) names.splice(at, 1)
      if (!wasThere && children.has(name)) names.splice(at, 0, name)
    }
    this.#changed.clear()
    return names
  }
}
