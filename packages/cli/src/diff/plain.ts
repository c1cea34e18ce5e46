/** Shows a tree as it is on the disk. No link in it is followed, and no mount is entered. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { INSIDE, type Place, placeIn, shortened } from "../copy/place.js"
import { codeOf } from "../failure.js"
import type { PlaceOperand } from "../placeOperand.js"
import { type Conversion, own, packing } from "../userNamespace.js"
import type { Opened } from "../where.js"
import { type Directory, type File, lookAt, namesIn, union } from "./compare.js"

class PlainDirectory implements Directory {
  readonly #place: Place
  readonly #ids: Conversion<number>
  readonly #opened: ReadonlyArray<OpenRoot>

  constructor(place: Place, ids: Conversion<number>, opened: ReadonlyArray<OpenRoot>) {
    this.#place = place
    this.#ids = ids
    this.#opened = opened
  }

  names(signal: AbortSignal | undefined): Promise<ReadonlyArray<string>> {
    return namesIn(this.#place, signal)
  }

  async differing(before: Directory, signal: AbortSignal | undefined): Promise<Iterable<string>> {
    return union(await this.names(signal), await before.names(signal))
  }

  async look(name: string): Promise<File | "mounted" | undefined> {
    try {
      return await plainFile(placeIn(this.#place, name), this.#ids)
    } catch (error) {
      if (codeOf(error) === "EXDEV") return "mounted"
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const root of this.#opened) await root.close()
  }
}

/** A file in a root in which no links are followed and no mounts are entered. */
const plainFile = async (place: Place, ids: Conversion<number>): Promise<File | undefined> => {
  const found = await lookAt(place)
  if (found === undefined) return undefined
  const attributes = { ...found, uid: ids.user(found.uid), gid: ids.group(found.gid) }
  const open = async () => {
    const opened: Array<OpenRoot> = []
    return new PlainDirectory(await shortened(place, opened), ids, opened)
  }
  return { attributes, ids, place, open }
}

interface Tree extends AsyncDisposable {
  /** The resolved path. */
  readonly place: string
  readonly file: File | undefined
}

/** Opens the file that a path leads to, in a root of its own. Its ids are those of the user namespace. */
export const openTree = async (
  root: Opened,
  path: string,
  signal: AbortSignal | undefined,
  policy?: PlaceOperand["policy"]
): Promise<Tree> => {
  const place = await root.resolve(path, { signal, ...policy })
  const isTree = (await root.promises.lstat(place)).isDirectory()
  const at = place.lastIndexOf("/")
  const top = await root.subRoot(isTree ? place : place.slice(0, at) || "/", { ...INSIDE, mounts: "forbid" })
  try {
    const file = await plainFile(
      { root: top, path: isTree ? "" : place.slice(at + 1) },
      packing(root.userNamespace ?? own)
    )
    return { place, file, [Symbol.asyncDispose]: () => top.close() }
  } catch (error) {
    await top.close()
    throw error
  }
}
