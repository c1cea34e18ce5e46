/** The names in a directory, in the order of their bytes, as Node returns them, and their types. */
import type { DirectoryEntry, FileType } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import type { Call, Now } from "@procfsroot/vfs/Program"
import { type Dir, type Dirent, fstatSync, opendirSync, readdir, readdirSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { toErrno } from "./errno.js"
import { pooled } from "./pooled.js"
import { tellsSize } from "./storage.js"

/** Whether Node may have lost bytes when it decoded the names. */
const isLossy = (texts: ReadonlyArray<string>): boolean => texts.some((text) => text.includes("\ufffd"))

/** Decodes a name that has one character for each byte. Invalid UTF-8 is escaped. */
const decode = (name: string): string => {
  const bytes = Buffer.from(name, "latin1")
  return fromNode(bytes.toString(), () => bytes)
}

/** Synchronously, for a directory that is not large. */
const namesNow = (fd: number): ReadonlyArray<string> => {
  const path = descriptorPath(fd)
  const texts = readdirSync(path)
  return isLossy(texts) ? readdirSync(path, "latin1").map(decode) : texts
}

/**
 * In bytes. File systems report the size of a directory differently, but in most it grows with the number of names:
 * this is enough for a few thousand, which are read in a few milliseconds. For a small directory, the thread pool takes
 * twenty times as long.
 */
const LARGE = 65_536

const isLarge = (fd: number): boolean => fstatSync(fd).size > LARGE

const namesOnPool = (fd: number): Call<ReadonlyArray<string>> =>
  pooled((done) => {
    const path = descriptorPath(fd)
    readdir(path, (error, texts) => {
      if (error !== null || !isLossy(texts)) return done(error, texts)
      readdir(path, "latin1", (error, names) => done(error, error === null ? names.map(decode) : []))
    })
  })

/**
 * Does not block the event loop, however many names there are. `fd` must stay open until the call ends.
 *
 * @internal
 */
export const names = (fd: number): Now<ReadonlyArray<string>> => isLarge(fd) ? namesOnPool(fd) : namesNow(fd)

const typeOf = (entry: Dirent): FileType => {
  if (entry.isFile()) return "File"
  if (entry.isDirectory()) return "Directory"
  if (entry.isSymbolicLink()) return "SymbolicLink"
  if (entry.isFIFO()) return "FIFO"
  if (entry.isSocket()) return "Socket"
  if (entry.isCharacterDevice()) return "CharacterDevice"
  return entry.isBlockDevice() ? "BlockDevice" : "Unknown"
}

/**
 * The names are read as bytes, so that the directory is read only once.
 *
 * @internal
 */
export const NAME_ENCODING = "latin1"

/** Most names are ASCII, for which nothing has to be decoded. */
const beyondAscii = /[\x80-\xff]/

/** @internal */
export const entryOf = (entry: Dirent): DirectoryEntry => ({
  name: beyondAscii.test(entry.name) ? decode(entry.name) : entry.name,
  type: typeOf(entry)
})

const AS_BYTES = { encoding: NAME_ENCODING, withFileTypes: true } as const

/** How many entries are read at a time, and how many of a directory before it counts as large. */
const PART = 1_024

/** Reads on from an open directory until it has more than `most` entries, or nobody waits for them any more. */
const restOnPool = (directory: Dir, found: Array<DirectoryEntry>, most: number): Call<ReadonlyArray<DirectoryEntry>> =>
  Program.call((done) => {
    let isWanted = true
    const end = (error: NodeJS.ErrnoException | null) =>
      directory.close((failed) => {
        const thrown = error ?? failed
        done(thrown === null || thrown === undefined ? { value: found } : { error: toErrno(thrown) })
      })
    const take = (error: NodeJS.ErrnoException | null, entry: Dirent | null): void => {
      if (error !== null || entry === null) return end(error)
      found.push(entryOf(entry))
      if (found.length > most || !isWanted) return end(null)
      directory.read(take)
    }
    directory.read(take)
    return () => {
      isWanted = false
    }
  })

/** Reads a directory in parts, which may never end. */
const entriesInParts = (fd: number, most: number): Now<ReadonlyArray<DirectoryEntry>> => {
  // Not every version of Node's types has the encoding `latin1` here.
  const options = { encoding: NAME_ENCODING as BufferEncoding, bufferSize: PART }
  const directory = opendirSync(descriptorPath(fd), options)
  const found: Array<DirectoryEntry> = []
  let isOpen = true
  try {
    while (found.length < PART) {
      const entry = directory.readSync()
      if (entry === null) return found
      found.push(entryOf(entry))
    }
    isOpen = false
    return restOnPool(directory, found, most)
  } finally {
    if (isOpen) directory.closeSync()
  }
}

/**
 * As `names`, with the types that the file system lists with them (`d_type` in `readdir(3)`). With `most`, a directory
 * that may have more is not read to its end.
 *
 * @internal
 */
export const entries = (fd: number, most = Number.POSITIVE_INFINITY): Now<ReadonlyArray<DirectoryEntry>> => {
  const { dev, size } = fstatSync(fd)
  const isSmall = size <= LARGE
  if (Number.isFinite(most) && !(isSmall && tellsSize(dev, fd))) return entriesInParts(fd, most)
  const path = descriptorPath(fd)
  if (isSmall) return readdirSync(path, AS_BYTES).map(entryOf)
  return pooled((done) =>
    readdir(path, AS_BYTES, (error, found) => done(error, error === null ? found.map(entryOf) : []))
  )
}
