/**
 * Writes files and trees as a tar stream in the pax format, which GNU tar, bsdtar and busybox can read. Below a source
 * no link is followed, even if somebody replaces files meanwhile, and memory does not grow with the size of anything.
 *
 * - Names are relative, as with `tar -C PARENT -c NAME`. If a file has several names, the first is written as the file
 *   and the others as hard links to it. Owners are numbers, times are exact, and names are bytes.
 * - Extended attributes are written in the form that GNU tar and bsdtar know.
 * - Holes become zeros. A file that is one hole and too large to read is refused.
 * - Sockets are left out, since the format does not have them.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { type BigIntStats, fstatSync } from "node:fs"
import { Below, joined } from "../below.js"
import { codeOf, inWords, NobodyReads, Unusable } from "../failure.js"
import { identityOf } from "../identity.js"
import { splitPath } from "../paths.js"
import { MOST_LINKED, MOST_NAMES } from "../room.js"
import { own, packing } from "../userNamespace.js"
import { convertAcl, isAcl } from "./acl.js"
import {
  AttributeCopy,
  type Extended,
  type Lost,
  type Readable,
  readable,
  readExtended,
  together
} from "./attributes.js"
import { CAPABILITIES, convertCapabilities } from "./capabilities.js"
import { packedSizeOf } from "./extents.js"
import { type CopyEvent, type CopySummary, Reporter } from "./events.js"
import { deviceOf, lstat, NotRegular, Source } from "./files.js"
import { encode, END, type Header, MAX_DEVICE, paddingOf } from "./header.js"
import { INSIDE, type Place, textOf, topOf } from "./place.js"
import type { End } from "./plan.js"
import { readAt } from "../readAgain.js"
import { turn } from "./turn.js"
import { checkPath, Refused, whyOf } from "./why.js"

export interface PackOptions {
  readonly follow: boolean
  /** Otherwise everything belongs to root, and set-id bits and capabilities are dropped. */
  readonly owner: boolean
  /** Packs a directory on another mount than its source without its content. */
  readonly oneFileSystem: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** How many bytes are read at a time, and the size of the largest file that is read into memory as a whole. */
const CHUNK = 1 << 20

/** Smaller parts are collected in a buffer before they are written. */
const PART = 1 << 16

/** A file that does not report its size is read in pieces of this size. */
const PIECE = 4_096

/**
 * How many bytes of extended attributes one file can have: they are in memory as a whole, here and in the program that
 * reads the archive.
 */
const MAX_EXTENDED = 1 << 20

const SET_ID = 0o6000

const zeros = Buffer.alloc(PART)

const typeOf = (stat: BigIntStats): string => {
  if (stat.isDirectory()) return "5"
  if (stat.isSymbolicLink()) return "2"
  if (stat.isFIFO()) return "6"
  if (stat.isBlockDevice()) return "4"
  return stat.isCharacterDevice() ? "3" : "0"
}

const deviceFields = (stat: BigIntStats): Partial<Header> => {
  if (!stat.isBlockDevice() && !stat.isCharacterDevice()) return {}
  const { major, minor } = deviceOf(stat.rdev)
  if (major > MAX_DEVICE || minor > MAX_DEVICE) throw new Refused("its device number is too large for an archive")
  return { major, minor }
}

/** Collects small parts and writes them together. */
class Output {
  readonly #write: (bytes: Uint8Array) => Promise<void>
  readonly #buffer = Buffer.allocUnsafe(2 * PART)
  #used = 0

  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write
  }

  async add(...parts: ReadonlyArray<Uint8Array>): Promise<void> {
    for (const part of parts) {
      if (part.length > PART || this.#used + part.length > this.#buffer.length) await this.flush()
      if (part.length > PART) await this.#write(part)
      else {
        this.#buffer.set(part, this.#used)
        this.#used += part.length
      }
    }
  }

  async flush(): Promise<void> {
    const used = this.#buffer.subarray(0, this.#used)
    this.#used = 0
    if (used.length > 0) await this.#write(used)
  }
}

/** The result of packing the content of a file. */
interface Content {
  readonly bytes: number
  readonly hasGrown?: boolean
  /** Why the content is incomplete. */
  readonly failed?: string | undefined
}

/** Fills the buffer from the start of the file, up to its end. */
const readStart = (file: FileSync, buffer: Buffer, piece: number): Buffer => {
  let done = 0
  while (done < buffer.length) {
    const bytesRead = readAt(file, buffer, done, Math.min(piece, buffer.length - done), done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

class Packing {
  readonly #output: Output
  readonly #reporter: Reporter
  readonly #options: PackOptions
  readonly #settle: () => Promise<void>
  readonly #attributes: AttributeCopy
  #conversion = packing(own)
  /** A file can be reached more often than it has names. */
  readonly #several: boolean
  /** One byte more than the largest file that is read as a whole, to notice that a file has grown. */
  readonly #buffer = Buffer.allocUnsafe(CHUNK + 1)
  /** The first names of files with several names, some of which have not been packed yet. */
  readonly #linked = new Map<string, { readonly name: string; missing: bigint }>()
  readonly #tops = new Set<string>()

  constructor(
    output: Output,
    reporter: Reporter,
    options: PackOptions,
    settle: () => Promise<void>,
    several: boolean
  ) {
    this.#output = output
    this.#reporter = reporter
    this.#options = options
    this.#settle = settle
    this.#attributes = new AttributeCopy(options.owner)
    this.#several = several
  }

  async add({ path, root }: End): Promise<void> {
    this.#conversion = packing(root.userNamespace ?? own)
    const shown = path === "" ? "" : path.replace(/\/+$/, "") || "/"
    await this.#guarded(() => shown, async () => {
      checkPath(path)
      const at = this.#options.follow ? await root.resolve(path, { signal: this.#options.signal }) : path
      const stat = root.sync.lstatSync(at, { bigint: true })
      const { isOther, name } = splitPath(path)
      const top = isOther ? "." : name
      if (!isOther && this.#tops.has(top)) throw new Refused("another source has the same name")
      this.#tops.add(top)
      if (stat.isDirectory()) return this.#tree(root, at, top, shown)
      const { name: last, parent } = splitPath(at)
      const directory = await root.subRoot(parent, INSIDE)
      try {
        await this.#any({ root: directory, path: last }, top, shown, this.#options.follow)
      } finally {
        await directory.close()
      }
    })
  }

  async #tree(root: OpenRoot, path: string, top: string, shown: string): Promise<void> {
    await using below = await Below.open(root, path)
    const place = await topOf(below.top)
    await this.#any(place, top, shown)
    const { oneFileSystem, signal } = this.#options
    await using walker = await below.top.subRoot(textOf(place), { mounts: oneFileSystem ? "forbid" : "cross" })
    const walked = walker.directory.walkTree(textOf(place), { signal, maxRemembered: MOST_NAMES })
    for await (const { depth, name, path, type, unreadable } of walked) {
      below.move(depth, name)
      const whole = joined(shown, path)
      await this.#guarded(() => whole, async () => {
        const place = await below.place()
        await this.#entry(type, place, `${top}/${path}`, whole)
        const isMountPoint = oneFileSystem && unreadable === "EXDEV"
        if (unreadable !== undefined && !isMountPoint) {
          throw new Refused(`what is in it cannot be listed: ${inWords(unreadable)}`)
        }
      })
    }
  }

  /** If a file cannot be read, the archive continues without it. If the archive cannot be written, this ends it. */
  async #guarded(shown: () => string, work: () => Promise<void>): Promise<void> {
    await turn()
    this.#options.signal.throwIfAborted()
    try {
      await work()
    } catch (error) {
      const isFinal = error instanceof NobodyReads || error instanceof Unusable || this.#options.signal.aborted
      if (isFinal) throw error
      this.#reporter.report("failed", shown(), 0, whyOf(error))
    }
    await this.#settle()
  }

  async #entry(type: string, place: Place, name: string, shown: string): Promise<void> {
    try {
      if (type === "File") return await this.#regular(place, name, shown)
    } catch (error) {
      if (!(error instanceof NotRegular)) throw error
    }
    await this.#any(place, name, shown)
  }

  async #any(place: Place, name: string, shown: string, isFollowed = false): Promise<void> {
    const stat = lstat(place)
    if (stat.isFile()) return this.#regular(place, name, shown, isFollowed)
    if (stat.isSocket()) return this.#reporter.report("skipped", shown, 0, "a tar archive has no sockets")
    if (await this.#link(stat, name, shown)) return
    const { extended, lost } = this.#extended(readable(place))
    await this.#write({
      name: stat.isDirectory() ? `${name}/` : name,
      type: typeOf(stat),
      target: stat.isSymbolicLink() ? place.root.sync.readlinkSync(place.path) : undefined,
      extended,
      ...this.#attributesOf(stat),
      ...deviceFields(stat)
    })
    this.#remember(stat, name, isFollowed)
    if (stat.isDirectory()) this.#reporter.directory(shown, lost)
    else this.#reporter.report("copied", shown, 0, lost)
  }

  async #regular(place: Place, name: string, shown: string, isFollowed = false): Promise<void> {
    using source = new Source(place)
    const { file, stat } = source
    if (await this.#link(stat, name, shown)) return
    const size = packedSizeOf(stat)
    const { extended, lost } = this.#extended(source.extended)
    const header = { name, type: "0", extended, ...this.#attributesOf(stat) }
    const read = this.#options.dryRun ? { bytes: size } : await this.#content(file, header, size, shown)
    this.#remember(stat, name, isFollowed)
    if (read.failed !== undefined) return this.#reporter.report("failed", shown, 0, read.failed)
    const cut = read.hasGrown === true ? "it grew while it was read, and is cut to the size that it had" : undefined
    this.#reporter.report("copied", shown, read.bytes, cut ?? lost)
  }

  #attributesOf({ gid, mode, mtimeNs, uid }: BigIntStats) {
    if (!this.#options.owner) return { uid: 0, gid: 0, mode: Number(mode) & ~SET_ID, mtimeNs }
    const { group, user } = this.#conversion
    return { uid: user(Number(uid)), gid: group(Number(gid)), mode: Number(mode), mtimeNs }
  }

  #extended(file: Readable): { readonly extended: Extended; readonly lost: Lost | undefined } {
    const extended: Array<readonly [name: string, value: Uint8Array]> = []
    const { lose, lost } = this.#attributes.losses()
    let size = 0
    for (const [name, value] of readExtended(file, lose)) {
      if (name === CAPABILITIES && !this.#options.owner) continue
      size += name.length + value.length
      if (size > MAX_EXTENDED) {
        lose(new Refused("a file has more than a megabyte of them"))
        break
      }
      // Every id can be converted for an archive.
      const convert = isAcl(name) ? convertAcl : name === CAPABILITIES ? convertCapabilities : undefined
      extended.push([name, convert?.(value, this.#conversion) ?? value])
    }
    return { extended, lost: together(lost) }
  }

  /** The header comes first, so the size has to be known before. */
  async #content(file: FileSync, header: Header, size: number, shown: string): Promise<Content> {
    if (size > CHUNK) return this.#large(file, { size, ...header }, size, shown)
    // A file that reports size 0 can have content, as those of procfs do. Other files can have grown.
    const most = size === 0 ? CHUNK : size
    const content = readStart(file, this.#buffer.subarray(0, most + 1), size === 0 ? PIECE : CHUNK)
    if (size === 0 && content.length > most) throw new Refused("its size is unknown, and it has more than a megabyte")
    const bytes = Math.min(content.length, most)
    await this.#output.add(encode({ size: bytes, ...header }), content.subarray(0, bytes), paddingOf(bytes))
    return { bytes, hasGrown: content.length > most }
  }

  async #large(file: FileSync, header: Header, size: number, shown: string): Promise<Content> {
    const { signal } = this.#options
    let bytes = 0
    let failed: string | undefined
    await this.#output.add(encode(header))
    while (bytes < size && failed === undefined) {
      signal.throwIfAborted()
      try {
        const bytesRead = readAt(file, this.#buffer, 0, Math.min(CHUNK, size - bytes), bytes)
        if (bytesRead === 0) failed = "it became shorter while it was read, and ends in zeros in the archive"
        await this.#output.add(this.#buffer.subarray(0, bytesRead))
        bytes += bytesRead
      } catch (error) {
        if (codeOf(error) === undefined) throw error
        failed = `it ends in zeros in the archive: ${whyOf(error)}`
      }
      this.#reporter.progress(shown, bytes, size)
      await turn()
    }
    for (let at = bytes; at < size; at += PART) {
      signal.throwIfAborted()
      await turn()
      await this.#output.add(zeros.subarray(0, Math.min(PART, size - at)))
    }
    await this.#output.add(paddingOf(size))
    return { bytes, failed, hasGrown: fstatSync(file.fd).size > size }
  }

  async #write(header: Header): Promise<void> {
    if (!this.#options.dryRun) await this.#output.add(encode(header))
  }

  /**
   * Writes a hard link if the file is already in the archive under another name, and returns whether it is. Like GNU
   * tar, takes a file that has one name for a new one: inode numbers of removed files are used again, and on some FUSE
   * file systems all files have the same one.
   */
  async #link(stat: BigIntStats, name: string, shown: string): Promise<boolean> {
    const identity = identityOf(stat)
    const isNew = stat.isDirectory() || (stat.nlink < 2n && !this.#options.follow)
    const linked = isNew ? undefined : this.#linked.get(identity)
    if (linked === undefined) return false
    await this.#write({ name, type: "1", target: linked.name, ...this.#attributesOf(stat) })
    if (--linked.missing === 0n && !this.#several) this.#linked.delete(identity)
    this.#reporter.report("copied", shown, 0)
    return true
  }

  /** With links followed, several sources can be the same file even if it has one name. */
  #remember(stat: BigIntStats, name: string, isFollowed: boolean): void {
    if (stat.isDirectory() || (stat.nlink === 1n && !isFollowed) || this.#linked.size === MOST_LINKED) return
    this.#linked.set(identityOf(stat), { name, missing: stat.nlink - 1n })
  }
}

/** Writes the sources as one archive. Calls `settle` after each file, so that events can be printed. */
export const packTo = async (
  write: (bytes: Uint8Array) => Promise<void>,
  sources: ReadonlyArray<End>,
  options: PackOptions,
  on: (event: CopyEvent) => void,
  settle: () => Promise<void>
): Promise<CopySummary> => {
  const reporter = new Reporter(on)
  const output = new Output(write)
  const packing = new Packing(output, reporter, options, settle, sources.length > 1)
  try {
    for (const source of sources) await packing.add(source)
    if (!options.dryRun) await output.add(END)
    await output.flush()
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
  return reporter.summary(options.signal.aborted)
}
