/** Lists small directories with `getdents64(2)`, called by its number: not every C library has a function for it. */
import { constants } from "node:os"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { FileType } from "@procfsroot/vfs/Attributes"
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../constants.js"
import { compareNames } from "../pathBytes.js"
import type { SystemCalls } from "../systemCalls.js"
import type { Library } from "./library.js"

const { ENOENT } = constants.errno

/** `asm/unistd.h` of each architecture. */
const numbers: Readonly<Record<string, number>> = { x64: 217, arm64: 61, riscv64: 61, loong64: 61, ia32: 220, arm: 217 }

/** In bytes. libc's `readdir` uses a buffer of the same size. */
const SIZE = 32_768

/** A directory that needs more calls is large. This many return a few thousand names, in a few milliseconds. */
const MOST_CALLS = 5

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

/** Returns the same for names that are ASCII, in half of the time. */
const compareAscii = (a: DirectoryEntry, b: DirectoryEntry): number => a.name < b.name ? -1 : 1

/** What the names are, which decides how they are sorted. */
type Names = "ascii" | "bytes"

type Take = (name: string, type: number) => void

/** V8 copies a part of a text that is shorter. A longer part keeps the whole text in memory (`SlicedString::kMinLength`). */
const SLICED = 13

/** @internal */
export const bindEntries = ({ allocate, declare, errno, long }: Library): Pick<SystemCalls, "listNow" | "namesNow"> => {
  const known = numbers[process.arch]
  if (known === undefined) return {}
  const openat = declare("openat", "int", "memory", "int")
  const syscall = declare("syscall", "long", "int", "memory", "int")
  const close = declare("close", "int")
  const number = long(known)
  const dot = allocate(2)
  Buffer.from(dot.bytes).write(".")
  const { bytes, pointer } = allocate(SIZE)
  const buffer = Buffer.from(bytes)

  // Decoding UTF-8 takes longer.
  const nameAt = (text: string, start: number, end: number, isAscii: boolean): string => {
    if (!isAscii) return SurrogateEscape.decode(buffer.subarray(start, end))
    return end - start < SLICED ? text.slice(start, end) : buffer.toString("latin1", start, end)
  }

  /** Calls `take` for each entry. Returns whether all names are ASCII. */
  const decode = (length: number, take: Take): boolean => {
    // One call for all names takes less time than one for each.
    const text = buffer.toString("latin1", 0, length)
    let isAscii = true
    for (let at = 0; at < length; at += buffer.readUInt16LE(at + LENGTH)) {
      const start = at + NAME
      let end = start
      let bits = 0
      for (let byte = buffer[end] ?? 0; byte !== 0; byte = buffer[++end] ?? 0) bits |= byte
      const name = nameAt(text, start, end, bits < 0x80)
      isAscii &&= bits < 0x80
      if (name !== "." && name !== "..") take(name, buffer[at + TYPE] ?? 0)
    }
    return isAscii
  }

  const read = (fd: number, take: Take): Names | "large" | undefined => {
    let isAscii = true
    for (let call = 0; call < MOST_CALLS; call++) {
      const length = syscall(number, fd, pointer, SIZE)
      // ENOENT if the directory was removed, which is the end of its entries for libc too (`iterate_dir` in `fs/readdir.c`).
      if (length < 0 && errno() !== ENOENT) return undefined
      if (length <= 0) return isAscii ? "ascii" : "bytes"
      isAscii = decode(length, take) && isAscii
    }
    return "large"
  }

  /**
   * Opens the directory again to list it, since its descriptor is an O_PATH one. Opening `.` also requires the
   * permission to search the directory.
   */
  const readAgain = (fd: number, take: Take): Names | "large" | undefined => {
    const reading = openat(fd, dot.pointer, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if (reading < 0) return undefined
    try {
      return read(reading, take)
    } finally {
      close(reading)
    }
  }

  return {
    listNow: (fd, isUnread) => {
      const found: Array<DirectoryEntry> = []
      const take: Take = (name, type) => void found.push({ name, type: types.get(type) ?? "Unknown" })
      const names = isUnread ? read(fd, take) : readAgain(fd, take)
      if (names === undefined || names === "large") return names
      return found.toSorted(names === "ascii" ? compareAscii : compareNames)
    },
    namesNow: (fd) => {
      const found: Array<string> = []
      const names = readAgain(fd, (name) => void found.push(name))
      if (names === undefined || names === "large") return names
      return found.toSorted(names === "ascii" ? undefined : SurrogateEscape.compareBytes)
    }
  }
}
