/**
 * Files and trees as a tar stream in the format of pax, which GNU tar, bsdtar and busybox read. Below a source no link is
 * followed, whatever somebody exchanges meanwhile, and memory does not grow with the size of anything.
 *
 * - Names are relative, as with `tar -C PARENT -c NAME`. The first name of a file with several is the file, the others are
 *   hard links to it. Owners are numbers, times are exact.
 * - Holes become zeros, since the format has none. A file that is nothing but a hole too large to read is refused.
 * - Sockets are left out, since the format has none. So are names that are not UTF-8: the library takes texts.
 */
import type { FileHandle } from "@procfsroot/node/Promises"
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { BigIntStats } from "node:fs"
import type { Pack } from "tar-stream"
import { Below, joined } from "../below.js"
import { NobodyReads, Unusable } from "../failure.js"
import { isOneHole } from "./content.js"
import { type CopyEvent, type CopySummary, Reporter } from "./events.js"
import { deviceOf, identityOf, lstat } from "./files.js"
import { splitPath } from "../paths.js"
import { INSIDE, type Place } from "./place.js"
import type { End } from "./plan.js"
import { Refused, whyOf } from "./why.js"

type Header = Parameters<Pack["entry"]>[0]

export interface PackOptions {
  readonly follow: boolean
  /** Otherwise root owns everything, and nothing has a set-id bit. */
  readonly owner: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** What is read at a time, and the largest file that is in memory as a whole. */
const CHUNK = 1 << 20

/** What is written at a time, at least. */
const PART = 1 << 16

/** A file that does not say its size is read in pieces of this. */
const PIECE = 4_096

/** The largest number in six octal digits, all that the library writes for owners and devices. */
const MAX_ID = 0o777777

/** The library counts the seconds in 32 bits. */
const MAX_SECONDS = 2n ** 31n - 1n

const SECOND = 1_000_000_000n

const SET_ID = 0o6000

const NOTHING = Buffer.alloc(0)

const zeros = Buffer.alloc(PART)

const decimal = (ns: bigint): string => {
  const size = ns < 0n ? -ns : ns
  return `${ns < 0n ? "-" : ""}${size / SECOND}.${String(size % SECOND).padStart(9, "0")}`
}

/** The fields of the old header, and in pax what has no place in them. */
const attributesOf = ({ gid, mode, mtimeNs, uid }: BigIntStats, owner: boolean): Partial<Header> => {
  const seconds = mtimeNs / SECOND
  const isExact = mtimeNs % SECOND === 0n && mtimeNs >= 0n && seconds <= MAX_SECONDS
  const ids = owner ? { uid: Number(uid), gid: Number(gid) } : { uid: 0, gid: 0 }
  const pax = {
    ...(isExact ? {} : { mtime: decimal(mtimeNs) }),
    ...(ids.uid > MAX_ID ? { uid: String(ids.uid) } : {}),
    ...(ids.gid > MAX_ID ? { gid: String(ids.gid) } : {})
  }
  const shown = seconds < 0n ? 0n : seconds > MAX_SECONDS ? MAX_SECONDS : seconds
  return {
    ...ids,
    // With the type, since the library takes a mode of 0 for none.
    mode: owner ? Number(mode) : Number(mode) & ~SET_ID,
    mtime: new Date(Number(shown) * 1_000),
    ...(Object.keys(pax).length > 0 ? { pax } : {})
  }
}

const typeOf = (stat: BigIntStats): NonNullable<Header["type"]> => {
  if (stat.isDirectory()) return "directory"
  if (stat.isSymbolicLink()) return "symlink"
  if (stat.isFIFO()) return "fifo"
  if (stat.isBlockDevice()) return "block-device"
  return stat.isCharacterDevice() ? "character-device" : "file"
}

const deviceFields = (stat: BigIntStats): Partial<Header> => {
  if (!stat.isBlockDevice() && !stat.isCharacterDevice()) return {}
  const { major, minor } = deviceOf(stat.rdev)
  if (major > MAX_ID || minor > MAX_ID) throw new Refused("its device number is too large for an archive")
  return { devmajor: major, devminor: minor }
}

const checkText = (text: string, what: string): void => {
  if (!text.isWellFormed()) throw new Refused(`${what} is not UTF-8, and cannot be written to an archive`)
}

/** The library's stream, which is emptied after each entry: it would take any number of them into memory. */
class Archive {
  readonly #pack: Pack
  readonly #write: (bytes: Uint8Array) => Promise<void>
  #parts: Array<Uint8Array> = []
  #length = 0

  constructor(pack: Pack, write: (bytes: Uint8Array) => Promise<void>) {
    this.#pack = pack
    this.#write = write
    pack.on("data", (part) => {
      // The library only makes such.
      const bytes = part as Uint8Array
      this.#parts.push(bytes)
      this.#length += bytes.length
    })
    // Whoever waits for an entry gets the error.
    pack.on("error", () => {})
  }

  async add(header: Header, content: Uint8Array = NOTHING): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry(header, content, (error) => error ? reject(error) : resolve())
    })
    await this.#flush(PART)
  }

  async addParts(header: Header, parts: AsyncIterable<Uint8Array>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const sink = this.#pack.entry(header, (error) => error ? reject(error) : resolve())
      const fill = async () => {
        for await (const part of parts) {
          sink.write(part)
          await this.#flush(PART)
        }
        sink.end(null)
      }
      fill().catch((error: Error) => {
        sink.destroy()
        reject(error)
      })
    })
    await this.#flush(PART)
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#pack.on("end", () => resolve())
      this.#pack.finalize()
    })
    await this.#flush(0)
  }

  async #flush(least: number): Promise<void> {
    if (this.#length < least) return
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    await this.#write(bytes)
  }
}

/** Up to so many bytes of the start. */
const readStart = async (file: FileHandle, length: number): Promise<Uint8Array> => {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

/** The content of a file that says that it has no size, as those of procfs do. */
const readWithoutSize = async (file: FileHandle): Promise<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  for (let length = 0; length <= CHUNK;) {
    const piece = Buffer.allocUnsafe(PIECE)
    const { bytesRead } = await file.read(piece, 0, PIECE, length)
    if (bytesRead === 0) return Buffer.concat(pieces)
    pieces.push(piece.subarray(0, bytesRead))
    length += bytesRead
  }
  throw new Refused("it does not say its size, and has more than a megabyte")
}

class Packing {
  readonly #archive: Archive
  readonly #reporter: Reporter
  readonly #options: PackOptions
  readonly #settle: () => Promise<void>
  /** The first names of files with several, of which some are still to come. */
  readonly #linked = new Map<string, { readonly name: string; missing: bigint }>()
  readonly #tops = new Set<string>()

  constructor(archive: Archive, reporter: Reporter, options: PackOptions, settle: () => Promise<void>) {
    this.#archive = archive
    this.#reporter = reporter
    this.#options = options
    this.#settle = settle
  }

  async add({ path, root }: End): Promise<void> {
    const shown = path.replace(/\/+$/, "") || "/"
    await this.#guarded(() => shown, async () => {
      const at = this.#options.follow ? await root.resolve(path, { signal: this.#options.signal }) : path
      const stat = await root.promises.lstat(at, { bigint: true })
      const { isOther, name } = splitPath(path)
      const top = isOther ? "." : name
      if (!isOther && this.#tops.has(top)) throw new Refused("another source has the same name")
      this.#tops.add(top)
      if (stat.isDirectory()) return this.#tree(root, at, top, shown)
      const { name: last, parent } = splitPath(at)
      const directory = await root.subRoot(parent, INSIDE)
      try {
        await this.#any({ root: directory, path: last }, top, shown)
      } finally {
        await directory.close()
      }
    })
  }

  async #tree(root: OpenRoot, path: string, top: string, shown: string): Promise<void> {
    await using below = await Below.open(root, path)
    await this.#any({ root: below.top, path: "" }, top, shown)
    const whole = () => joined(shown, below.path())
    for await (const { depth, name, unreadable } of below.top.directory.walkTree(".")) {
      below.move(depth, name)
      await this.#guarded(whole, async () => {
        await this.#any(await below.place(), `${top}/${below.path()}`, whole())
        if (unreadable !== undefined) throw new Refused(`what is in it cannot be listed (${unreadable})`)
      })
    }
  }

  /** A file that cannot be read does not end the archive, but one that cannot be written does. */
  async #guarded(shown: () => string, work: () => Promise<void>): Promise<void> {
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

  async #any(place: Place, name: string, shown: string): Promise<void> {
    checkText(name, "its name")
    const stat = await lstat(place)
    if (stat.isFile()) return this.#regular(place, name, shown)
    if (stat.isSocket()) return this.#reporter.report("skipped", shown, 0, "a tar archive has no sockets")
    if (await this.#link(stat, name, shown)) return
    const linkname = stat.isSymbolicLink() ? await place.root.promises.readlink(place.path) : undefined
    checkText(linkname ?? "", "what it leads to")
    await this.#write({
      ...attributesOf(stat, this.#options.owner),
      ...deviceFields(stat),
      name: stat.isDirectory() ? `${name}/` : name,
      type: typeOf(stat),
      ...(linkname === undefined ? {} : { linkname })
    })
    this.#remember(stat, name)
    this.#reporter.report("copied", shown, 0)
  }

  async #regular(place: Place, name: string, shown: string): Promise<void> {
    const file = await place.root.promises.open(place.path, "r")
    try {
      const stat = await file.stat({ bigint: true })
      if (!stat.isFile()) throw new Refused("it was exchanged for another type of file")
      if (await this.#link(stat, name, shown)) return
      if (await isOneHole(place, stat)) throw new Refused("it is one hole, and too large to be written as zeros")
      const header: Header = { ...attributesOf(stat, this.#options.owner), name, type: "file" }
      const size = Number(stat.size)
      const { bytes, why: lost } = this.#options.dryRun
        ? { bytes: size }
        : await this.#content(file, header, size, shown)
      this.#remember(stat, name)
      if (lost !== undefined) return this.#reporter.report("failed", shown, 0, lost)
      const hasGrown = size > 0 && (await file.stat({ bigint: true })).size > stat.size
      const why = hasGrown ? "it grew while it was read, and is cut to the size that it had" : undefined
      this.#reporter.report("copied", shown, bytes, why)
    } finally {
      await file.close()
    }
  }

  /** How many bytes the file had, and why they are not all. The header, which says the size, comes first. */
  async #content(
    file: FileHandle,
    header: Header,
    size: number,
    shown: string
  ): Promise<{ readonly bytes: number; readonly why?: string | undefined }> {
    if (size <= CHUNK) {
      const content = size === 0 ? await readWithoutSize(file) : await readStart(file, size)
      await this.#archive.add(header, content)
      return { bytes: content.length }
    }
    const { signal } = this.#options
    const reporter = this.#reporter
    let had = 0
    let why: string | undefined
    const read = async (buffer: Uint8Array): Promise<number> => {
      try {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, had)
        if (bytesRead === 0) why = "it became shorter while it was read, and ends in zeros in the archive"
        return bytesRead
      } catch (error) {
        why = `it ends in zeros in the archive: ${whyOf(error)}`
        return 0
      }
    }
    const parts = async function*(): AsyncGenerator<Uint8Array> {
      while (had < size) {
        signal.throwIfAborted()
        // A new one each time, since the last may not yet be written.
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - had))
        const count = await read(buffer)
        if (count === 0) break
        had += count
        reporter.progress(shown, had, size)
        yield buffer.subarray(0, count)
      }
      for (let at = had; at < size; at += PART) {
        signal.throwIfAborted()
        yield zeros.subarray(0, Math.min(PART, size - at))
      }
    }
    await this.#archive.addParts({ ...header, size }, parts())
    return { bytes: had, why }
  }

  async #write(header: Header): Promise<void> {
    if (!this.#options.dryRun) await this.#archive.add(header)
  }

  /** Whether it is another name of a file that is in the archive. */
  async #link(stat: BigIntStats, name: string, shown: string): Promise<boolean> {
    const identity = identityOf(stat)
    const linked = stat.isDirectory() ? undefined : this.#linked.get(identity)
    if (linked === undefined) return false
    await this.#write({ ...attributesOf(stat, this.#options.owner), name, type: "link", linkname: linked.name })
    if (--linked.missing === 0n) this.#linked.delete(identity)
    this.#reporter.report("copied", shown, 0)
    return true
  }

  #remember(stat: BigIntStats, name: string): void {
    if (stat.isDirectory() || stat.nlink === 1n) return
    this.#linked.set(identityOf(stat), { name, missing: stat.nlink - 1n })
  }
}

/** Writes the sources as one archive. After each file `settle` is called, so that what is reported can be printed. */
export const packTo = async (
  write: (bytes: Uint8Array) => Promise<void>,
  sources: ReadonlyArray<End>,
  options: PackOptions,
  on: (event: CopyEvent) => void,
  settle: () => Promise<void>
): Promise<CopySummary> => {
  // Loaded only when it is needed: other commands start without it.
  const { pack } = await import("tar-stream")
  const reporter = new Reporter(on)
  const archive = new Archive(pack(), write)
  const packing = new Packing(archive, reporter, options, settle)
  try {
    for (const source of sources) await packing.add(source)
    if (!options.dryRun) await archive.end()
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
  return reporter.summary(options.signal.aborted)
}
