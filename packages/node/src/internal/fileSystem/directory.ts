/** Calls on a directory as a whole: reading it in parts, storing its names, and the size of its file system. */
import type { DirectoryEntry, OpenDirectory, StatFs } from "@procfsroot/vfs/InodeOperations"
import type { Call } from "@procfsroot/vfs/Program"
import { close, constants, type Dir, type Dirent, fsync, opendirSync, openSync, statfsSync } from "node:fs"
import { calling } from "./errno.js"
import { entryOf, NAME_ENCODING } from "./names.js"
import { pooled } from "./pooled.js"

/** How many entries one part has at most. */
const PART = 1_024

/** The kernel returns many entries at once, and the following reads take them from Node's buffer. */
const readPart = (directory: Dir): Call<ReadonlyArray<DirectoryEntry>> =>
  pooled((done) => {
    const found: Array<DirectoryEntry> = []
    const take = (error: NodeJS.ErrnoException | null, entry: Dirent | null): void => {
      if (error !== null || entry === null) return done(error, found)
      found.push(entryOf(entry))
      if (found.length === PART) return done(null, found)
      directory.read(take)
    }
    directory.read(take)
  })

const readPartNow = (directory: Dir): ReadonlyArray<DirectoryEntry> => {
  const found: Array<DirectoryEntry> = []
  while (found.length < PART) {
    const entry = directory.readSync()
    if (entry === null) break
    found.push(entryOf(entry))
  }
  return found
}

/**
 * The first part is read synchronously, and the others on the thread pool: most directories have no others, and the pool
 * takes longer than all else. However many names there are, no call blocks the event loop for more than one part.
 *
 * @internal
 */
export const openDirectory = (path: string): OpenDirectory => {
  // Not every version of Node's types has the encoding `latin1` here.
  const options = { encoding: NAME_ENCODING as BufferEncoding, bufferSize: PART }
  const directory = opendirSync(path, options)
  let read: "nothing" | "first" | "all" = "nothing"
  return {
    read: () => {
      if (read === "all") return []
      if (read === "first") return readPart(directory)
      const found = calling(() => readPartNow(directory))
      read = found.length < PART ? "all" : "first"
      return found
    },
    close: () =>
      read === "first"
        ? pooled<void>((done) => directory.close((error) => done(error ?? null)))
        : calling(() => directory.closeSync())
  }
}

/** @internal */
export const syncDirectory = (path: string): Call<void> => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  return pooled<void>((done) => fsync(fd, (error) => close(fd, () => done(error))))
}

/** @internal */
export const statfs = (path: string): StatFs => {
  const { bavail, bfree, blocks, bsize, ffree, files, type } = statfsSync(path, { bigint: true })
  return {
    type,
    blockSize: bsize,
    blocks,
    freeBlocks: bfree,
    availableBlocks: bavail,
    inodes: files,
    freeInodes: ffree
  }
}
