/**
 * What has to be remembered of an archive until its end: links, and the directories that were made. It is kept as text,
 * since objects take three times as much.
 */
import type { Extended, Kept } from "./attributes.js"
import { Refused } from "./why.js"

/** An entry that is made at the end. */
export interface Later {
  /** As in the header. */
  readonly type: string
  readonly kept: Kept
  readonly extended: Extended
  /** What a link leads to. */
  readonly target: string
}

type Attributes = Pick<Later, "extended" | "kept">

/** A directory that was made here, and what it gets in the end: until then it has to be writable, and its time changes. */
export interface Made {
  readonly identity: string
  /** Absent if the archive has no entry of it. */
  readonly attributes: Attributes | undefined
}

/** How many bytes may be remembered, as far as they are counted. */
const MOST = 1 << 27

/** What one takes besides its texts, about: its place in a table, and what is not yet collected of its making. */
const OVERHEAD = 200

const sizeOf = (text: string): number => OVERHEAD + Buffer.byteLength(text)

/** Before a text that may have any character. */
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

export class Memory {
  /** Symbolic links, and hard links to them, by their paths. */
  readonly #links = new Map<string, string>()
  /** By their paths: the identity, and the attributes if they are known. */
  readonly #directories = new Map<string, string>()
  /** The few extended attributes, by the paths of links and directories. */
  readonly #extended = new Map<string, Extended>()
  #size = 0

  /** Refuses one more if there are too many. */
  checkRoom(path: string): void {
    if (this.#size + sizeOf(path) > MOST) throw new Refused("the archive has too many directories and links")
  }

  keepLink(path: string, { extended, kept, target, type }: Later): void {
    this.checkRoom(path)
    const text = textOf(type, kept, target)
    this.#size += sizeOf(path) + Buffer.byteLength(text)
    this.#links.set(path, text)
    this.#keepExtended(path, extended)
  }

  hasLink(path: string): boolean {
    return this.#links.has(path)
  }

  forgetLink(path: string): void {
    if (this.#links.delete(path)) this.#extended.delete(path)
  }

  /** The links in the order of the archive, each of which is forgotten. */
  *takeLinks(): Iterable<readonly [path: string, later: Later]> {
    for (const [path, text] of this.#links) {
      this.#links.delete(path)
      yield [path, { ...readText(text), extended: this.#takeExtended(path) }]
    }
  }

  hasDirectory(path: string): boolean {
    return this.#directories.has(path)
  }

  keepDirectory(path: string, identity: string): void {
    this.#size += sizeOf(path) + identity.length
    this.#directories.set(path, identity)
  }

  /** Whether the directory was made here. */
  keepAttributes(path: string, { extended, kept }: Attributes): boolean {
    const known = this.#directories.get(path)
    if (known === undefined) return false
    const [identity = ""] = known.split(END, 1)
    const text = textOf(identity, kept, "")
    this.#size += text.length - known.length
    this.#directories.set(path, text)
    this.#keepExtended(path, extended)
    return true
  }

  /** The last one first. */
  *takeDirectories(): Iterable<readonly [path: string, made: Made]> {
    const paths = Array.from(this.#directories.keys())
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const text = this.#directories.get(path) ?? ""
      this.#directories.delete(path)
      const { kept, type: identity } = readText(text)
      const attributes = text === identity ? undefined : { kept, extended: this.#takeExtended(path) }
      yield [path, { identity, attributes }]
    }
  }

  #keepExtended(path: string, extended: Extended): void {
    // The values are parts of larger memory.
    const copy = Array.from(extended, ([name, value]) => [name, Buffer.from(value)] as const)
    for (const [name, value] of copy) this.#size += sizeOf(name) + value.length
    if (copy.length > 0) this.#extended.set(path, copy)
    else this.#extended.delete(path)
  }

  #takeExtended(path: string): Extended {
    const extended = this.#extended.get(path) ?? []
    this.#extended.delete(path)
    return extended
  }
}
