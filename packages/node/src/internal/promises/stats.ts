/** The results of `stat` and `readdir`, as instances of classes with the names and members of Node's. */
import * as Inode from "@procfsroot/vfs/Attributes"

const isType = ({ mode }: { readonly mode: number | bigint }, type: Inode.FileType): boolean =>
  Inode.typeOf({ mode: Number(mode) }) === type

/** The argument of the constructors: the fields without the dates. */
type Fields<N extends number | bigint> = Omit<
  StatsOf<N>,
  "atime" | "mtime" | "ctime" | "birthtime" | `is${string}`
>

const dateOf = (ms: number | bigint): Date => new Date(Math.round(Number(ms)))

/** The fields and methods of `Stats` and `BigIntStats`. */
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

  constructor(fields: Fields<N>) {
    this.dev = fields.dev
    this.mode = fields.mode
    this.nlink = fields.nlink
    this.uid = fields.uid
    this.gid = fields.gid
    this.rdev = fields.rdev
    this.blksize = fields.blksize
    this.ino = fields.ino
    this.size = fields.size
    this.blocks = fields.blocks
    this.atimeMs = fields.atimeMs
    this.mtimeMs = fields.mtimeMs
    this.ctimeMs = fields.ctimeMs
    this.birthtimeMs = fields.birthtimeMs
    this.atime = dateOf(fields.atimeMs)
    this.mtime = dateOf(fields.mtimeMs)
    this.ctime = dateOf(fields.ctimeMs)
    this.birthtime = dateOf(fields.birthtimeMs)
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

/** @internal */
export class Stats extends StatsOf<number> {}

/** In nanoseconds. */
const MILLISECOND = 1_000_000n

class BigIntStats extends StatsOf<bigint> {
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly birthtimeNs: bigint

  constructor(attributes: Inode.ExactAttributes) {
    // As in Node, `birthtime` is the epoch if the file system does not record it.
    const { atimeNs, birthtimeNs = 0n, ctimeNs, mtimeNs } = attributes
    super({
      dev: attributes.dev,
      mode: BigInt(attributes.mode),
      nlink: BigInt(attributes.nlink),
      uid: BigInt(attributes.uid),
      gid: BigInt(attributes.gid),
      rdev: attributes.rdev,
      blksize: BigInt(attributes.blksize),
      ino: attributes.ino,
      size: attributes.size,
      blocks: attributes.blocks,
      atimeMs: atimeNs / MILLISECOND,
      mtimeMs: mtimeNs / MILLISECOND,
      ctimeMs: ctimeNs / MILLISECOND,
      birthtimeMs: birthtimeNs / MILLISECOND
    })
    this.atimeNs = atimeNs
    this.mtimeNs = mtimeNs
    this.ctimeNs = ctimeNs
    this.birthtimeNs = birthtimeNs
  }
}

/** @internal */
export interface StatOptions {
  readonly bigint?: boolean | undefined
}

/** @internal */
export const statsOf = (attributes: Inode.Attributes): Stats => new Stats(attributes)

/** @internal */
export const bigStatsOf = (attributes: Inode.ExactAttributes): BigIntStats => new BigIntStats(attributes)

/** With Node's names of the fields. */
const statFsIn = <N>(found: Inode.StatFs, number: (value: bigint) => N) => ({
  type: number(found.type),
  bsize: number(found.blockSize),
  ...(found.fragmentSize === undefined ? {} : { frsize: number(found.fragmentSize) }),
  blocks: number(found.blocks),
  bfree: number(found.freeBlocks),
  bavail: number(found.availableBlocks),
  files: number(found.inodes),
  ffree: number(found.freeInodes)
})

/** @internal */
export const statFsOf = (found: Inode.StatFs, options?: StatOptions) =>
  options?.bigint === true ? statFsIn(found, (value) => value) : statFsIn(found, Number)

/** Not a private field: programs also call the methods on a proxy, and on objects that inherit from an entry. */
const typeOf = Symbol("type")

/**
 * A name in a directory. `Name` is text or bytes.
 *
 * @internal
 */
export class Dirent<Name> {
  readonly name: Name
  readonly parentPath: string
  /** The former name of `parentPath`, which programs overwrite with the path of the entry. */
  readonly path: string
  readonly [typeOf]: Inode.FileType

  constructor(name: Name, parentPath: string, type: Inode.FileType) {
    this.name = name
    this.parentPath = parentPath
    this.path = parentPath
    this[typeOf] = type
  }

  isFile(): boolean {
    return this[typeOf] === "File"
  }
  isDirectory(): boolean {
    return this[typeOf] === "Directory"
  }
  isSymbolicLink(): boolean {
    return this[typeOf] === "SymbolicLink"
  }
  isBlockDevice(): boolean {
    return this[typeOf] === "BlockDevice"
  }
  isCharacterDevice(): boolean {
    return this[typeOf] === "CharacterDevice"
  }
  isFIFO(): boolean {
    return this[typeOf] === "FIFO"
  }
  isSocket(): boolean {
    return this[typeOf] === "Socket"
  }
}
