/**
 * Shows what an overlay shows, from its layers: names are looked up as in the kernel (`do_ovl_lookup` in
 * `fs/overlayfs/namei.c`). This way the lower layers can also be read without the upper one, although nobody has
 * mounted them.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { Attributes } from "../attributes.js"
import { type Place, placeIn, shortened } from "../copy/place.js"
import { errnoError } from "../failure.js"
import { type Directory, type File, lookAt, namesIn, union } from "./compare.js"

/** Attributes that overlayfs sets on the files of layers, without the prefix of their names. */
type Mark = "opaque" | "redirect" | "whiteout"

export interface Overlay {
  /** The uppermost layer first. In the layers, no link is followed and no mount is entered. */
  readonly layers: ReadonlyArray<OpenRoot>
  /** Whether the mark `redirect` is used. */
  readonly redirects: boolean
  readonly markOf: (place: Place, mark: Mark) => Promise<string | undefined>
}

/** A file in one layer. */
interface Part {
  /** The index of the layer in the overlay. */
  readonly layer: number
  readonly place: Place
  readonly attributes: Attributes
}

/** The result of looking up a name in one layer. */
interface Step {
  readonly found?: Part
  /** The layers below are not searched. */
  readonly stop: boolean
  /**
   * What to look up in the layer below: a name in the same directory, or a path from the top if it begins with a slash.
   */
  readonly next: string
}

/** The marks of a directory. */
interface Marks {
  readonly isOpaque: boolean
  readonly redirect?: string
}

const UNMARKED: Marks = { isOpaque: false }

/** A redirect with empty names or dots is not valid (`ovl_get_redirect_xattr` in `fs/overlayfs/util.c`). */
const checkRedirect = (text: string): string => {
  const names = text.startsWith("/") ? text.slice(1).split("/") : [text]
  if (names.some((name) => name === "" || name === "." || name === ".." || name.includes("/"))) {
    throw errnoError("EINVAL")
  }
  return text
}

class Lookup {
  readonly #overlay: Overlay
  readonly #top: ReadonlyArray<Part>

  constructor(overlay: Overlay, top: ReadonlyArray<Part>) {
    this.#overlay = overlay
    this.#top = top
  }

  /** Finds the file with this name, or the directories of several layers that are merged under this name. */
  async find(parts: ReadonlyArray<Part>, name: string): Promise<ReadonlyArray<Part>> {
    const found: Array<Part> = []
    let [stack, wanted] = [parts, name]
    for (let i = 0; i < stack.length; i++) {
      const at = stack[i]
      if (at === undefined) break
      const isLowest = this.#isLowest(at, i === stack.length - 1)
      const { found: part, next, stop } = await this.#step(at, wanted, found.length > 0, isLowest)
      if (part !== undefined) found.push(part)
      if (stop) break
      wanted = next
      // A path from the top is looked up in all layers below this one.
      if (wanted.startsWith("/") && stack !== this.#top) [stack, i] = [this.#top, at.layer]
    }
    return found
  }

  /**
   * Whether nothing can be below this part of a directory. Without redirects, this is the last part, even if there are
   * more layers.
   */
  #isLowest({ layer }: Part, isLast: boolean): boolean {
    const { layers, redirects } = this.#overlay
    return redirects ? layer === layers.length - 1 : isLast
  }

  async #step({ layer, place }: Part, wanted: string, isMerged: boolean, isLowest: boolean): Promise<Step> {
    const isPath = wanted.startsWith("/")
    const names = isPath ? wanted.slice(1).split("/") : [wanted]
    // If `wanted` is a path, `place` is the top of the layer.
    let at = place
    let before = isPath ? "/" : ""
    let stop = false
    for (const [i, name] of names.entries()) {
      const isLast = i === names.length - 1
      at = placeIn(at, name)
      const attributes = await lookAt(at)
      if (attributes === undefined) return { stop, next: before + names.slice(i).join("/") }
      if (await this.#isWhiteout(at, attributes)) return { stop: true, next: "" }
      const part = { layer, place: at, attributes }
      if (attributes.type !== "Directory") {
        return isMerged || !isLast
          ? { stop: true, next: "" }
          : { found: part, stop: true, next: "" }
      }
      // Where nothing is below, marks have no effect: there is nothing to hide.
      const { isOpaque, redirect = name } = isLowest ? UNMARKED : await this.#marks(part)
      if (isOpaque) stop = true
      if (redirect.startsWith("/")) [stop, before] = [false, ""]
      before += redirect
      if (isLast) return { found: part, stop, next: before }
      before += "/"
    }
    return { stop: true, next: "" }
  }

  async #marks({ place }: Part): Promise<Marks> {
    const { markOf, redirects } = this.#overlay
    if (await markOf(place, "opaque") === "y") return { isOpaque: true }
    const redirect = await markOf(place, "redirect")
    if (redirect === undefined) return UNMARKED
    if (!redirects) throw errnoError("EPERM")
    return { isOpaque: false, redirect: checkRedirect(redirect) }
  }

  /** A whiteout is a character device with the number 0, which no real device has, or an empty file with a mark. */
  async #isWhiteout(place: Place, { rdev, size, type }: Attributes): Promise<boolean> {
    if (type === "CharacterDevice") return rdev === 0n
    return type === "File" && size === 0n && await this.#overlay.markOf(place, "whiteout") !== undefined
  }
}

class MergedDirectory implements Directory {
  readonly #lookup: Lookup
  readonly #parts: ReadonlyArray<Part>
  readonly #opened: ReadonlyArray<OpenRoot>

  constructor(lookup: Lookup, parts: ReadonlyArray<Part>, opened: ReadonlyArray<OpenRoot>) {
    this.#lookup = lookup
    this.#parts = parts
    this.#opened = opened
  }

  async names(signal: AbortSignal | undefined): Promise<ReadonlyArray<string>> {
    let names: ReadonlyArray<string> = []
    for (const { place } of this.#parts) {
      const more = await namesIn(place, signal)
      names = names.length === 0 ? more : Array.from(union(names, more))
    }
    return names
  }

  /** If the layers below the first are those of `before`, only names in the first layer can differ. */
  async differing(before: Directory, signal: AbortSignal | undefined): Promise<Iterable<string>> {
    const [first, ...rest] = this.#parts
    if (first !== undefined && before instanceof MergedDirectory && before.#consistsOf(rest)) {
      return namesIn(first.place, signal)
    }
    return union(await this.names(signal), await before.names(signal))
  }

  async look(name: string): Promise<File | undefined> {
    return mergedFile(this.#lookup, await this.#lookup.find(this.#parts, name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const root of this.#opened) await root.close()
  }

  #consistsOf(parts: ReadonlyArray<Part>): boolean {
    return parts.length === this.#parts.length &&
      parts.every(({ attributes: { dev, ino } }, i) => {
        const other = this.#parts[i]?.attributes
        return other?.dev === dev && other.ino === ino
      })
  }
}

const mergedFile = (lookup: Lookup, parts: ReadonlyArray<Part>): File | undefined => {
  const [first] = parts
  if (first === undefined) return undefined
  const open = async () => {
    const opened: Array<OpenRoot> = []
    const short: Array<Part> = []
    try {
      for (const part of parts) short.push({ ...part, place: await shortened(part.place, opened) })
    } catch (error) {
      for (const root of opened) await root.close()
      throw error
    }
    return new MergedDirectory(lookup, short, opened)
  }
  return { attributes: first.attributes, place: first.place, open }
}

/** The root directory of the overlay. */
export const mergedRoot = async (overlay: Overlay): Promise<File | undefined> => {
  const top: Array<Part> = []
  for (const [layer, root] of overlay.layers.entries()) {
    const place = { root, path: "" }
    const attributes = await lookAt(place)
    if (attributes !== undefined) top.push({ layer, place, attributes })
  }
  return mergedFile(new Lookup(overlay, top), top)
}
