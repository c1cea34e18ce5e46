/** What `stat` and `readdir` return, as Node's classes. */
import * as Inode from "@procfsroot/vfs/InodeOperations"

const isType = ({ mode }: { readonly mode: number | bigint }, type: Inode.FileType): boolean =>
  Inode.typeOf({ mode: Number(mode) }) === type

/** The fields that `Stats` and `BigIntStats` share, and their methods. */
abstract class StatsOf<N extends number | bigint> {
  readonly dev: N
  readonly mode: N
  readonly nlink: N
  readonly uid: N
  readonly gid: N
  readonly rdev: N
  readonly blksize: N
  readonly ino: N
  readonly size: N
  readonly blocks: N
  readonly atimeMs: N
  readonly mtimeMs: N
  readonly ctimeMs: N
  readonly birthtimeMs: N
  readonly atime: Date
  readonly mtime: Date
  readonly ctime: Date
  readonly birthtime: Date

  constructor(attributes: Inode.Attributes, ino: N, number: (value: number) => N) {
    const { atimeMs, birthtimeMs, ctimeMs, mtimeMs } = attributes
    this.dev = number(attributes.dev)
    this.mode = number(attributes.mode)
    this.nlink = number(attributes.nlink)
    this.uid = number(attributes.uid)
    this.gid = number(attributes.gid)
    this.rdev = number(attributes.rdev)
    this.blksize = number(attributes.blksize)
    this.ino = ino
    this.size = number(attributes.size)
    this.blocks = number(attributes.blocks)
    this.atimeMs = number(atimeMs)
    this.mtimeMs = number(mtimeMs)
    this.ctimeMs = number(ctimeMs)
    this.birthtimeMs = number(birthtimeMs)
    this.atime = new Date(Math.round(atimeMs))
    this.mtime = new Date(Math.round(mtimeMs))
    this.ctime = new Date(Math.round(ctimeMs))
    this.birthtime = new Date(Math.round(birthtimeMs))
  }

  isFile(): boolean {
    return isType(this, "File")
  }
  isDirectory(): boolean {
    return isType(this, "Directory")
  }
  isSymbolicLink(): boolean {
    return isType(this, "SymbolicLink")
  }
  isBlockDevice(): boolean {
    return isType(this, "BlockDevice")
  }
  isCharacterDevice(): boolean {
    return isType(this, "CharacterDevice")
  }
  isFIFO(): boolean {
    return isType(this, "FIFO")
  }
  isSocket(): boolean {
    return isType(this, "Socket")
  }
}

class Stats extends StatsOf<number> {
  constructor(attributes: Inode.Attributes) {
    super(attributes, attributes.ino, (value) => value)
  }
}

const NANOSECONDS = 1_000_000

const nanoseconds = (ms: number): bigint => BigInt(Math.round(ms * NANOSECONDS))

class BigIntStats extends StatsOf<bigint> {
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly birthtimeNs: bigint
  constructor(attributes: Inode.Attributes) {
    super(attributes, Inode.inoOf(attributes), (value) => BigInt(Math.floor(value)))
    this.atimeNs = nanoseconds(attributes.atimeMs)
    this.mtimeNs = nanoseconds(attributes.mtimeMs)
    this.ctimeNs = nanoseconds(attributes.ctimeMs)
    this.birthtimeNs = nanoseconds(attributes.birthtimeMs)
  }
}

/** @internal */
export interface StatOptions {
  readonly bigint?: boolean | undefined
}

/** @internal */
export const statsOf = (attributes: Inode.Attributes, options?: StatOptions): Stats | BigIntStats =>
  options?.bigint === true ? new BigIntStats(attributes) : new Stats(attributes)

/**
 * A name in a directory. `Name` is text or bytes.
 *
 * @internal
 */
export class Dirent<Name> {
  readonly name: Name
  readonly parentPath: string
  readonly #type: Inode.FileType

  constructor(name: Name, parentPath: string, type: Inode.FileType) {
    this.name = name
    this.parentPath = parentPath
    this.#type = type
  }

  /** The former name of `parentPath`. */
  get path(): string {
    return this.parentPath
  }

  isFile(): boolean {
    return this.#type === "File"
  }
  isDirectory(): boolean {
    return this.#type === "Directory"
  }
  isSymbolicLink(): boolean {
    return this.#type === "SymbolicLink"
  }
  isBlockDevice(): boolean {
    return this.#type === "BlockDevice"
  }
  isCharacterDevice(): boolean {
    return this.#type === "CharacterDevice"
  }
  isFIFO(): boolean {
    return this.#type === "FIFO"
  }
  isSocket(): boolean {
    return this.#type === "Socket"
  }
}
