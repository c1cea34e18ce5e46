/**
 * Lists the names in a directory and their types, in the order in which the runtime returns them. Node sorts them
 * by their bytes.
 */
import type { FileType } from "@procfsroot/vfs/Attributes"
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import type { Now } from "@procfsroot/vfs/Program"
import { type Dirent, readdir, readdirSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromLatin1 } from "../pathBytes.js"
import { isBun } from "../runtime.js"
import type { SystemCalls } from "../systemCalls.js"
import { pooled } from "./pooled.js"
import { tellsSize } from "./storage.js"

/** Whether Node may have lost bytes when it decoded the names. */
const isLossy = (texts: ReadonlyArray<string>): boolean => texts.some((text) => text.includes("\ufffd"))

/** Lists synchronously, for a directory that is not large. */
const readNow = (fd: number): ReadonlyArray<string> => {
  const path = descriptorPath(fd)
  const texts = readdirSync(path)
  return isLossy(texts) ? readdirSync(path, "latin1").map(fromLatin1) : texts
}

/**
 * In bytes: a larger directory is read on the thread pool. File systems report the size of a directory differently, but
 * in most it grows with the number of names. A directory of this size has a few thousand, which are read in a few
 * milliseconds. For a small directory, the thread pool takes twenty times as long.
 */
const LARGE = 65_536

/** @internal */
export const isLarge = ({ fstat }: SystemCalls, fd: number): boolean => fstat(fd).size > LARGE

const namesOnPool = (fd: number): Now<ReadonlyArray<string>> =>
  pooled(() => readNow(fd), (done) => {
    const path = descriptorPath(fd)
    readdir(path, (error, texts) => {
      if (error !== null || !isLossy(texts)) return done(error, texts)
      readdir(path, "latin1", (error, names) => done(error, error === null ? names.map(fromLatin1) : []))
    })
  })

/**
 * Does not block the event loop, no matter how many names there are. `fd` must stay open until the call ends.
 *
 * @internal
 */
export const names = (calls: SystemCalls, fd: number): Now<ReadonlyArray<string>> => {
  const listed = calls.namesNow?.(fd)
  if (listed !== undefined && listed !== "large") return listed
  // Without native calls, nothing has counted the names.
  const mayBeLarge = listed === "large" || isLarge(calls, fd) || (calls.namesNow === undefined && !tellsSize(calls, fd))
  return mayBeLarge ? namesOnPool(fd) : readNow(fd)
}

const typeOf = (entry: Dirent): FileType => {
  if (entry.isFile()) return "File"
  if (entry.isDirectory()) return "Directory"
  if (entry.isSymbolicLink()) return "SymbolicLink"
  if (entry.isFIFO()) return "FIFO"
  if (entry.isSocket()) return "Socket"
  if (entry.isCharacterDevice()) return "CharacterDevice"
  return entry.isBlockDevice() ? "BlockDevice" : "Unknown"
}

const BYTES: string = isBun ? "latin1" : "buffer"

/**
 * The encoding of names for which Node may call `lstat`, as it does if a file system lists no types: it needs the bytes
 * themselves. Bun lists types only with texts.
 *
 * @internal
 */
export const NAME_ENCODING = BYTES as BufferEncoding // Not every version of Node's types allows `buffer`.

/** @internal */
export const entryOf = (entry: Dirent): DirectoryEntry => {
  const name: unknown = entry.name
  return { name: fromLatin1(Buffer.isBuffer(name) ? name.toString("latin1") : entry.name), type: typeOf(entry) }
}
