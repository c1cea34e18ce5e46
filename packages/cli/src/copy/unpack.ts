/**
 * A tar stream, into a directory that is there. Somebody else has chosen the names, and may have chosen them to lead out:
 *
 * - Every access is made in a root that begins at the directory, and in which no link is followed.
 * - Links are made last, as they are written, so that nothing is made through one. The attributes of directories come
 *   after them.
 * - A later entry takes the place of an earlier one, but nothing takes the place of a directory. Files get their names
 *   when they are complete.
 * - Set-id bits and devices take root, and that owners are kept.
 * - Memory grows with the links and directories of the archive, up to a limit.
 */
import type { Header } from "tar-stream"
import { codeOf, Unusable } from "../failure.js"
import { legible } from "../output.js"
import { AttributeCopy, type Kept, permissionsOf } from "./attributes.js"
import { writeParts } from "./content.js"
import { Broken, isSparse, keptOf, linkedPathOf, NAMES, pathOf, shownName, targetOf } from "./entry.js"
import { type CopyEvent, type CopySummary, Reporter } from "./events.js"
import { CANNOT_MAKE, identityOf, lstat, lstatIfThere } from "./files.js"
import { feed } from "./input.js"
import { INSIDE, type Place, put, removeQuietly } from "./place.js"
import type { End } from "./plan.js"
import { Refused, whyOf } from "./why.js"

export interface UnpackOptions {
  readonly owner: boolean
  readonly overwrite: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

type Content = AsyncIterable<Uint8Array>

/** A directory that was made here, and what it gets in the end: until then it has to be writable, and its time changes. */
interface Made {
  readonly identity: string
  kept: Kept | undefined
}

/** How many bytes of names, and of what links lead to, are remembered: some 500,000 links and directories. */
const MAX_REMEMBERED = 1 << 28

/** What remembering one takes besides, about. */
const OVERHEAD = 500

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0))

const isDevice = ({ type }: Header): boolean => type === "block-device" || type === "character-device"

class Unpacking {
  readonly #to: Place["root"]
  readonly #reporter: Reporter
  readonly #options: UnpackOptions
  readonly #attributes: AttributeCopy
  readonly #made = new Map<string, Made>()
  /** Links, and hard links to them, by their paths. */
  readonly #links = new Map<string, Header>()
  /** The last parent that was found or made. */
  #parent = ""
  #remembered = 0

  constructor(to: Place["root"], reporter: Reporter, options: UnpackOptions) {
    this.#to = to
    this.#reporter = reporter
    this.#options = options
    this.#attributes = new AttributeCopy(options.owner)
  }

  async entry(header: Header, content: Content): Promise<void> {
    await this.#guarded(header, async () => {
      if (isSparse(header)) throw new Refused("sparse files of GNU tar are not supported")
      const path = pathOf(header)
      if (header.type === "directory") return this.#directory(header, path)
      if (path === "") throw new Refused("it would take the place of the destination")
      this.#links.delete(path)
      const isLater = header.type === "symlink" || (header.type === "link" && this.#links.has(linkedPathOf(header)))
      if (!isLater) return this.#make(header, path, content)
      this.#remember(path, header.type === "symlink" ? targetOf(header) : linkedPathOf(header))
      this.#links.set(path, header)
    })
  }

  async end(settle: () => Promise<void>): Promise<void> {
    for (const [path, header] of this.#links) {
      await this.#guarded(header, () => this.#make(header, path))
      await settle()
    }
    // What is in a directory comes before it, whose mode may forbid to enter it.
    for (const [path, made] of Array.from(this.#made).toReversed()) {
      try {
        await this.#finish(path, made)
      } catch (error) {
        this.#reporter.report("failed", path, 0, whyOf(error))
      }
      await settle()
    }
  }

  /** An entry that is refused does not end the archive. */
  async #guarded(header: Header, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof Broken || this.#options.signal.aborted) throw error
      this.#reporter.report("failed", shownName(header), 0, whyOf(error))
    }
  }

  #remember(...texts: ReadonlyArray<string>): void {
    const size = texts.reduce((sum, { length }) => sum + length, OVERHEAD)
    if (this.#remembered + size > MAX_REMEMBERED) throw new Refused("the archive has too many directories and links")
    this.#remembered += size
  }

  async #directory(header: Header, path: string): Promise<void> {
    const kept = keptOf(header)
    // The destination keeps its own attributes, as every directory that was there.
    if (path === "") return
    this.#links.delete(path)
    if (this.#options.dryRun) {
      if (!await this.#isDirectory(path)) this.#reporter.report("copied", shownName(header), 0)
      return
    }
    await this.#makeParents(path)
    await this.#makeDirectory(path)
    const made = this.#made.get(path)
    if (made !== undefined) made.kept = kept
    else if (!await this.#isDirectory(path)) throw new Refused("what is in its place is not a directory")
  }

  async #isDirectory(path: string): Promise<boolean> {
    return (await lstatIfThere({ root: this.#to, path }))?.isDirectory() === true
  }

  /** Does nothing if something is there. Whether that can be used shows later. */
  async #makeDirectory(path: string): Promise<void> {
    if (this.#made.has(path)) return
    this.#remember(path)
    try {
      await this.#to.promises.mkdir(path, 0o700)
    } catch (error) {
      if (codeOf(error) === "EEXIST") return
      throw error
    }
    this.#made.set(path, { identity: identityOf(await lstat({ root: this.#to, path })), kept: undefined })
  }

  async #makeParents(path: string): Promise<void> {
    const parent = parentOf(path)
    if (parent === this.#parent || parent === "") return
    if (!await this.#isDirectory(parent)) {
      for (let at = parent.indexOf("/"); at !== -1; at = parent.indexOf("/", at + 1)) {
        await this.#makeDirectory(parent.slice(0, at))
      }
      await this.#makeDirectory(parent)
    }
    this.#parent = parent
  }

  async #make(header: Header, path: string, content?: Content): Promise<void> {
    const shown = shownName(header)
    const kept = keptOf(header)
    const place = { root: this.#to, path }
    const there = await lstatIfThere(place)
    if (there?.isDirectory() === true) throw new Refused("a directory is in its place")
    if (there !== undefined && !this.#options.overwrite) return this.#reporter.report("kept", shown, 0)
    if (isDevice(header) && !this.#options.owner) {
      return this.#reporter.report("skipped", shown, 0, "devices are made only as root, and if owners are kept")
    }
    if (this.#options.dryRun) return this.#reporter.report("copied", shown, header.size)
    await this.#makeParents(path)
    let why: string | undefined
    let bytes = 0
    let made: Place | undefined
    try {
      const isPut = await put(place, this.#options.overwrite, async (temporary) => {
        made = temporary
        if (content !== undefined && (header.type === "file" || header.type === "contiguous-file")) {
          ;({ bytes, why } = await this.#file(shown, header, kept, temporary, content))
        } else why = await this.#other(header, kept, temporary)
      })
      this.#reporter.report(isPut ? "copied" : "kept", shown, bytes, why)
    } catch (error) {
      const isNode = isDevice(header) || header.type === "fifo"
      if (!isNode || !CANNOT_MAKE.has(codeOf(error) ?? "")) throw error
      this.#reporter.report("skipped", shown, 0, whyOf(error))
    } finally {
      // A rename between two names of one file leaves both (rename(2)).
      if (header.type === "link" && made !== undefined) await removeQuietly(made)
    }
  }

  async #file(shown: string, { size }: Header, kept: Kept, temporary: Place, content: Content) {
    const { signal } = this.#options
    const file = await this.#to.promises.open(temporary.path, "wx", 0o600)
    try {
      const bytes = await writeParts(file, content, (done) => {
        signal.throwIfAborted()
        this.#reporter.progress(shown, done, size)
      })
      return { bytes, why: await this.#attributes.toOpen({ stat: kept }, temporary, file) }
    } finally {
      await file.close()
    }
  }

  async #other(header: Header, kept: Kept, temporary: Place): Promise<string | undefined> {
    const { directory, promises } = this.#to
    const { devmajor: major, devminor: minor } = header
    const mode = permissionsOf(kept)
    switch (header.type) {
      case "link":
        await promises.link(linkedPathOf(header), temporary.path)
        return undefined
      case "symlink":
        await promises.symlink(targetOf(header), temporary.path)
        break
      case "fifo":
        await directory.makeNode(temporary.path, { type: "FIFO" }, { mode })
        break
      case "block-device":
        await directory.makeNode(temporary.path, { type: "BlockDevice", major, minor }, { mode })
        break
      case "character-device":
        await directory.makeNode(temporary.path, { type: "CharacterDevice", major, minor }, { mode })
        break
      default:
        throw new Refused("its type is not supported")
    }
    return this.#attributes.toName({ stat: kept }, temporary)
  }

  async #finish(path: string, { identity, kept }: Made): Promise<void> {
    const place = { root: this.#to, path }
    const directory = await this.#to.promises.open(path, "r")
    try {
      // It is the one that was made here, not what somebody has put in its place.
      if (identityOf(await directory.stat({ bigint: true })) !== identity) {
        throw new Refused("the directory was exchanged")
      }
      if (kept === undefined) return await directory.chmod(0o777 & ~process.umask())
      this.#reporter.report("copied", path, 0, await this.#attributes.toOpen({ stat: kept }, place, directory))
    } finally {
      await directory.close()
    }
  }
}

const types: ReadonlySet<unknown> = new Set([
  "file",
  "contiguous-file",
  "directory",
  "link",
  "symlink",
  "fifo",
  "block-device",
  "character-device"
])

const sentenceOf = (error: unknown): string => {
  if (error instanceof Broken) return error.message
  // The library's words.
  const isShort = error instanceof Error && error.message === "Unexpected end of data"
  return isShort ? "The archive ends too early: it is incomplete." : "The archive is damaged, or is not a tar archive."
}

/** Unpacks an archive into a directory. After each entry `settle` is called, so that what is reported can be printed. */
export const unpackFrom = async (
  input: AsyncIterable<Uint8Array>,
  to: End,
  options: UnpackOptions,
  on: (event: CopyEvent) => void,
  settle: () => Promise<void>
): Promise<CopySummary> => {
  const { extract } = await import("tar-stream")
  const { signal } = options
  const reporter = new Reporter(on)
  const inside = await openDirectory(to)
  const unpacking = new Unpacking(inside, reporter, options)
  // The types do not have the encoding.
  const streamOptions = { filenameEncoding: NAMES, highWaterMark: 1 << 16 }
  const archive = extract(streamOptions)
  const stop = () => archive.destroy(new Error("interrupted"))
  signal.addEventListener("abort", stop)
  let broken: string | undefined
  try {
    const fed = feed(input, archive)
    try {
      for await (const entry of unbroken(archive)) {
        const { header } = entry
        if (!types.has(header.type)) {
          // Such as a sparse file of GNU tar, in which more than its size follows.
          throw new Broken(`The archive has an entry of a type that is not supported: ${legible(shownName(header))}.`)
        }
        // The library's entries are bytes.
        const content = unbroken(entry as AsyncIterable<unknown> as Content)
        await unpacking.entry(header, content)
        if (header.type !== "directory" && header.size > 0) { for await (const _ of content); }
        await settle()
      }
      await fed
    } catch (error) {
      if (!signal.aborted && !(error instanceof Broken)) throw error
      broken = error instanceof Broken ? error.message : undefined
    }
    if (!signal.aborted) await unpacking.end(settle)
  } finally {
    signal.removeEventListener("abort", stop)
    archive.destroy()
    await inside.close()
  }
  if (broken !== undefined && !signal.aborted) throw new Unusable(broken)
  return reporter.summary(signal.aborted)
}

const openDirectory = async ({ path, root }: End): Promise<Place["root"]> => {
  try {
    return await root.subRoot(path, INSIDE)
  } catch (error) {
    throw new Unusable(`The archive cannot be unpacked in ${legible(path)}: ${whyOf(error)}.`)
  }
}

/** Whoever stops reading an entry does not end the archive, as leaving a loop over the library's stream would. */
const unbroken = <A>(stream: AsyncIterable<A>): AsyncIterable<A> => {
  const iterator = stream[Symbol.asyncIterator]()
  const next = async (): Promise<IteratorResult<A>> => {
    try {
      return await iterator.next()
    } catch (error) {
      throw new Broken(sentenceOf(error))
    }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}
