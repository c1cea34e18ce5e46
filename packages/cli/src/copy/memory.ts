/**
 * Remembers what has to be done at the end of an archive: links, and the directories that were created. Only their
 * paths are strings, and everything else is stored as bytes, since objects would take many times the memory.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { bytesOf } from "../output.js"
import type { Extended, Kept } from "./attributes.js"
import { Refused } from "./why.js"

/** An entry that is created at the end. */
export interface Later {
  /** The type character from the header. */
  readonly type: string
  readonly kept: Kept
  readonly extended: Extended
  /** The target of a link. */
  readonly target: string
}

type Attributes = Pick<Later, "extended" | "kept">

/**
 * A directory that this copy has created, and the attributes that it gets at the end. Until then it has to be writable,
 * and its time changes.
 */
export interface Made {
  readonly identity: string
  /** Missing if the archive contains no entry for it. */
  readonly attributes: Attributes | undefined
}

/**
 * How many bytes are remembered at most, as far as they are counted. This is enough for about 500,000 links or
 * directories.
 */
export const MOST = 1 << 27

/** About how many more bytes a text takes: its slot in a table, and garbage that has not been collected yet. */
const OVERHEAD = 80

/** About how many bytes it takes to remember a text. */
export const sizeOf = (text: string): number => OVERHEAD + Buffer.byteLength(text)

const sizeOfAll = (extended: Extended): number => {
  let size = 0
  for (const [name, value] of extended) size += sizeOf(name) + value.length
  return size
}

/** Separates the fields. The last field can contain any character. */
const END = "\0"

const textOf = (type: string, { atimeNs, gid, mode, mtimeNs, uid }: Kept, rest: string): string =>
  [type, uid, gid, mode, mtimeNs, atimeNs, rest].join(END)

const readText = (text: string): Omit<Later, "extended"> => {
  const [type = "", uid = "", gid = "", mode = "", mtimeNs = "", atimeNs = "", ...rest] = text.split(END)
  const kept = {
    uid: BigInt(uid),
    gid: BigInt(gid),
    mode: BigInt(mode),
    mtimeNs: BigInt(mtimeNs),
    atimeNs: BigInt(atimeNs),
    isSymbolicLink: () => type === "2"
  }
  return { type, kept, target: rest.join(END) }
}

/** How many bytes are allocated at a time. */
const CHUNK = 1 << 20

/** Stores texts in large chunks. The numbers that identify them only grow. */
class Texts {
  readonly #chunks: Array<Buffer | undefined> = []
  #used = CHUNK

  /**
   * Stores a text, which must be shorter than a chunk. The number that it returns contains the index of the chunk and
   * the position in it.
   */
  add(text: string): number {
    const bytes = bytesOf(text)
    if (this.#used + LENGTH + bytes.length > CHUNK) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK))
      this.#used = 0
    }
    const last = this.#chunks.length - 1
    const at = this.#used
    this.#used = at + LENGTH + bytes.length
    this.#chunks[last]?.writeUInt32LE(bytes.length, at)
    this.#chunks[last]?.set(bytes, at + LENGTH)
    return last * CHUNK + at
  }

  get(number: number): string {
    const chunk = this.#chunks[Math.floor(number / CHUNK)] ?? Buffer.alloc(LENGTH)
    const at = number % CHUNK + LENGTH
    return SurrogateEscape.decode(chunk.subarray(at, at + chunk.readUInt32LE(at - LENGTH)))
  }

  /** Frees the chunks before the one that contains this text. */
  forgetBefore(number: number): void {
    for (let i = Math.floor(number / CHUNK) - 1; this.#chunks[i] !== undefined; i--) this.#chunks[i] = undefined
  }
}

/** The size of the length before a text, in bytes. */
const LENGTH = 4

export class Memory {
  /** Symbolic links by path, in the order in which their texts were stored. */
  readonly #links = new Map<string, number>()
  readonly #ofLinks = new Texts()
  /** Which of them are names of the same link. */
  readonly #groups = new Map<string, number>()
  /** Directories by path. The text contains the identity, and the attributes if they are known. */
  readonly #directories = new Map<string, number>()
  readonly #ofDirectories = new Texts()
  /** Extended attributes, which are few, by the path of the link or directory. */
  readonly #extended = new Map<string, Extended>()
  #size = 0

  /** Throws `Refused` if there is no room for one more path. */
  checkRoom(path: string): void {
    if (this.#size + sizeOf(path) > MOST) throw new Refused("the archive has too many directories and links")
  }

  keepLink(path: string, { extended, kept, target, type }: Later): void {
    this.checkRoom(path)
    this.forgetLink(path)
    const text = textOf(type, kept, target)
    this.#size += sizeOf(path) + sizeOf(text)
    this.#links.set(path, this.#ofLinks.add(text))
    this.#keepExtended(path, extended)
  }

  /**
   * Remembers another name of a link. It has a text of its own, because the link can still be replaced under its first
   * name.
   */
  keepName(path: string, link: string): void {
    const number = this.#links.get(link)
    if (number === undefined || path === link) return
    const group = this.#groups.get(link) ?? number
    this.keepLink(path, { ...readText(this.#ofLinks.get(number)), extended: this.#extended.get(link) ?? [] })
    this.#join(link, group)
    this.#join(path, group)
  }

  #join(path: string, group: number): void {
    if (!this.#groups.has(path)) this.#size += OVERHEAD
    this.#groups.set(path, group)
  }

  hasLink(path: string): boolean {
    return this.#links.has(path)
  }

  /** Forgets a link. The memory of its text is not freed. */
  forgetLink(path: string): void {
    if (!this.#links.delete(path)) return
    this.#size -= sizeOf(path)
    if (this.#groups.delete(path)) this.#size -= OVERHEAD
    this.#takeExtended(path)
  }

  /**
   * Returns the links in the order of the archive, and forgets each of them. Paths with the same group are names of the
   * same link.
   */
  *takeLinks(): Iterable<readonly [path: string, later: Later, group: number | undefined]> {
    for (const [path, number] of this.#links) {
      const group = this.#groups.get(path)
      const text = this.#ofLinks.get(number)
      const later = { ...readText(text), extended: this.#extended.get(path) ?? [] }
      // This frees memory for directories.
      this.#ofLinks.forgetBefore(number)
      this.#size -= sizeOf(text)
      this.forgetLink(path)
      yield [path, later, group]
    }
  }

  hasDirectory(path: string): boolean {
    return this.#directories.has(path)
  }

  keepDirectory(path: string, identity: string): void {
    this.#size += sizeOf(path) + sizeOf(identity)
    this.#directories.set(path, this.#ofDirectories.add(identity))
  }

  /** Remembers the attributes of a directory. Returns false if this copy has not created it. */
  keepAttributes(path: string, { extended, kept }: Attributes): boolean {
    const known = this.#directories.get(path)
    if (known === undefined) return false
    this.checkRoom(path)
    const [identity = ""] = this.#ofDirectories.get(known).split(END, 1)
    const text = textOf(identity, kept, "")
    this.#size += sizeOf(text)
    this.#directories.set(path, this.#ofDirectories.add(text))
    this.#keepExtended(path, extended)
    return true
  }

  /** Returns the directories and forgets them, the last one first. */
  *takeDirectories(): Iterable<readonly [path: string, made: Made]> {
    const paths = Array.from(this.#directories.keys())
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const text = this.#ofDirectories.get(this.#directories.get(path) ?? 0)
      this.#directories.delete(path)
      const { kept, type: identity } = readText(text)
      const attributes = text === identity ? undefined : { kept, extended: this.#takeExtended(path) }
      yield [path, { identity, attributes }]
    }
  }

  #keepExtended(path: string, extended: Extended): void {
    this.#takeExtended(path)
    // Copied, because a value is a view of a larger buffer and would keep it in memory.
    const copy = Array.from(extended, ([name, value]) => [name, Buffer.from(value)] as const)
    if (copy.length === 0) return
    this.#size += sizeOfAll(copy)
    this.#extended.set(path, copy)
  }

  #takeExtended(path: string): Extended {
    const extended = this.#extended.get(path) ?? []
    this.#size -= sizeOfAll(extended)
    this.#extended.delete(path)
    return extended
  }
}
