/** Lists directories with `getdents64(2)`, which is called by its number. */
import { constants } from "node:os"
import type { FileType } from "@procfsroot/vfs/Attributes"
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../constants.js"
import { fromLatin1 } from "../pathBytes.js"
import { isDeno } from "../runtime.js"
import type { EntryParts, SystemCalls } from "../systemCalls.js"
import { callNumbers } from "./architecture.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"
import { orderByBytes } from "./orderByBytes.js"

const { ENOENT } = constants.errno

/** In bytes. libc's `readdir` uses a buffer of the same size. */
const SIZE = 32_768

/**
 * A directory that needs more calls is large. This many return a few thousand names, in a few milliseconds. Deno cannot
 * list large directories in another way, since it loses names that are not UTF-8.
 */
const MOST_CALLS = isDeno ? Number.POSITIVE_INFINITY : 5

/**
 * In bytes, for a large directory: its entries are decoded in less than a millisecond. A text of twice this length would
 * be a large object of V8, which takes longer.
 */
const LARGE_SIZE = 65_536

/** Leaves a directory that cannot be read to Node, which fails as well. Deno would list it as if it had no more names. */
const giveUp = (errno: number): undefined => {
  if (isDeno) checked(-errno)
}

/** The offsets of the fields in a `struct linux_dirent64`. */
const LENGTH = 16
const TYPE = 18
const NAME = 19

/** `DT_*` in `readdir(3)`. */
const types: ReadonlyMap<number, FileType> = new Map([
  [1, "FIFO"],
  [2, "CharacterDevice"],
  [4, "Directory"],
  [6, "BlockDevice"],
  [8, "File"],
  [10, "SymbolicLink"],
  [12, "Socket"]
])

/** V8 copies a part of a text that is shorter. A longer part keeps the whole text in memory (`SlicedString::kMinLength`). */
const SLICED = 13

/** The entries that were read, with one character for each byte of a name. */
class Found {
  readonly #names: Array<string> = []
  readonly #types: Array<number> = []
  #areAscii = true

  get count(): number {
    return this.#names.length
  }

  /** Reads the entries in a buffer. */
  add(buffer: Buffer, length: number): void {
    // One call for all names takes less time than one for each, and decoding UTF-8 takes longer.
    const text = buffer.toString("latin1", 0, length)
    let bits = 0
    for (let at = 0; at < length; at += buffer.readUInt16LE(at + LENGTH)) {
      const start = at + NAME
      let end = start
      for (let byte = buffer[end]; byte; byte = buffer[++end]) bits |= byte
      const name = end - start < SLICED ? text.slice(start, end) : buffer.toString("latin1", start, end)
      if (name === "." || name === "..") continue
      this.#names.push(name)
      this.#types.push(buffer[at + TYPE] ?? 0)
    }
    this.#areAscii &&= bits < 0x80
  }

  /** Sorted by their bytes. */
  names(): ReadonlyArray<string> {
    return this.#sorted((i) => this.#nameAt(i))
  }

  /** The same. */
  entries(): ReadonlyArray<DirectoryEntry> {
    return this.#sorted((i) => ({ name: this.#nameAt(i), type: types.get(this.#types[i] ?? 0) ?? "Unknown" }))
  }

  #sorted<A>(at: (i: number) => A): ReadonlyArray<A> {
    const found: Array<A> = []
    // `Array.from` takes twice as long.
    for (const i of orderByBytes(this.#names)) found.push(at(i))
    return found
  }

  #nameAt(i: number): string {
    const name = this.#names[i] ?? ""
    return this.#areAscii ? name : fromLatin1(name)
  }
}

type Listing = Pick<SystemCalls, "listNow" | "listOnPool" | "namesNow" | "openParts">

type Memory = ReturnType<Library["allocate"]>

/** The calls on a directory. Those that fail return a negated errno. */
interface Calls {
  readonly openToRead: (fd: number) => number
  readonly getdents: (fd: number, memory: Memory, size: number) => number
  readonly close: (fd: number) => void
}

/**
 * Lists large directories on the thread pool. Node's `readdir` takes a fifth longer, and blocks the event loop while it
 * makes an object for each entry. `number` is that of getdents64.
 */
const listingOnPool = (
  { allocate, declareAsync }: Library,
  number: unknown,
  { close, getdents: getdentsNow, openToRead }: Calls
): Pick<SystemCalls, "listOnPool" | "openParts"> => {
  const getdents = declareAsync?.("syscall", "long", "int", "memory", "int")
  if (getdents === undefined) return {}
  // Used again, since memory stays allocated. Each listing has its own.
  const unused: Array<Memory> = []

  const open = (directory: number) => {
    const fd = openToRead(directory)
    if (fd < 0) return undefined
    const memory = unused.pop() ?? allocate(LARGE_SIZE)
    return {
      buffer: Buffer.from(memory.bytes),
      readNow: () => getdentsNow(fd, memory, LARGE_SIZE),
      readOnPool: (done: (length: number) => void): void => getdents(done, number, fd, memory.pointer, LARGE_SIZE),
      close: () => {
        close(fd)
        unused.push(memory)
      }
    }
  }

  const parts = ({ buffer, close, readNow, readOnPool }: NonNullable<ReturnType<typeof open>>): EntryParts => {
    const entriesIn = (length: number): ReadonlyArray<DirectoryEntry> => {
      // The directory was removed, which is the end of its entries.
      if (length === -ENOENT) return []
      const found = new Found()
      found.add(buffer, checked(length))
      // Only `.` and `..` do not yet mean the end.
      return length > 0 && found.count === 0 ? now() : found.entries()
    }
    const now = () => entriesIn(readNow())
    return {
      now,
      onPool: (done) =>
        readOnPool((length) => {
          let entries: ReadonlyArray<DirectoryEntry>
          try {
            // The errno of another thread is not known, and a signal may have interrupted the call.
            entries = length < 0 ? now() : entriesIn(length)
          } catch (error) {
            return done(error, [])
          }
          done(null, entries)
        }),
      close
    }
  }

  return {
    openParts: (directory) => {
      const opened = open(directory)
      return opened && parts(opened)
    },
    listOnPool: (directory, isEnough, done) => {
      const opened = open(directory)
      if (opened === undefined) return done(undefined)
      const { buffer, close, readOnPool } = opened
      const found = new Found()
      const decode = (length: number): void => {
        if (length > 0) {
          found.add(buffer, length)
          if (!isEnough(found.count)) return readOnPool(decode)
        }
        close()
        done(length < 0 ? undefined : found.entries())
      }
      readOnPool(decode)
    }
  }
}

/** @internal */
export const bindEntries = (library: Library): Listing => {
  const { allocate, declare, errno, long } = library
  const known = callNumbers()
  if (known === undefined) return {}
  const openat = declare("openat", "int", "memory", "int")
  const getdents = declare("syscall", "long", "int", "memory", "int")
  const close = declare("close", "int")
  const number = long(known.getdents64)
  const dot = allocate(2)
  Buffer.from(dot.bytes).write(".")
  const memory = allocate(SIZE)
  const buffer = Buffer.from(memory.bytes)

  /** Again after a signal, which makes Node forget the entries that it has already found (`uv__fs_readdir`). */
  const getdentsNow: Calls["getdents"] = (fd, { pointer }, size) =>
    restarted(() => getdents(number, fd, pointer, size), errno)

  const read = (fd: number): Found | "large" | undefined => {
    const found = new Found()
    for (let call = 0; call < MOST_CALLS; call++) {
      const length = getdentsNow(fd, memory, SIZE)
      if (length === 0) return found
      // The directory was removed, which is the end of its entries for libc too (`iterate_dir` in `fs/readdir.c`).
      if (length < 0) return length === -ENOENT ? found : giveUp(-length)
      found.add(buffer, length)
    }
    return "large"
  }

  /**
   * Opens the directory again to list it, since its descriptor is an O_PATH one. Opening `.` also requires the
   * permission to search the directory.
   */
  const openToRead = (fd: number): number => openat(fd, dot.pointer, O_RDONLY | O_DIRECTORY | O_CLOEXEC)

  const readAgain = (fd: number): Found | "large" | undefined => {
    const reading = openToRead(fd)
    if (reading < 0) return giveUp(errno())
    try {
      return read(reading)
    } finally {
      close(reading)
    }
  }

  return {
    ...listingOnPool(library, number, { close, getdents: getdentsNow, openToRead }),
    listNow: (fd, isUnread) => {
      const found = isUnread ? read(fd) : readAgain(fd)
      return found instanceof Found ? found.entries() : found
    },
    namesNow: (fd) => {
      const found = readAgain(fd)
      return found instanceof Found ? found.names() : found
    }
  }
}
