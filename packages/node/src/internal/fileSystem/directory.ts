/** Calls on a whole directory: listing it, in parts if it is large, syncing it, and `statfs`. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { StatFs } from "@procfsroot/vfs/Attributes"
import { type DirectoryEntry, type DirectorySync, inOnePart, type OpenDirectory } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import type { Call, Now } from "@procfsroot/vfs/Program"
import {
  type BigIntStatsFs,
  closeSync,
  constants,
  type Dirent,
  fsync,
  fsyncSync,
  openSync,
  readdir,
  readdirSync,
  statfsSync
} from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromLatin1, isAscii } from "../pathBytes.js"
import type { EntryParts, SystemCalls } from "../systemCalls.js"
import { calling, toErrno } from "./errno.js"
import type { FoundFile } from "./foundFiles.js"
import { entryOf, isLarge, NAME_ENCODING } from "./names.js"
import { DirectoryParts, hasLostName, isLookedUp, PART } from "./parts.js"
import { pooled, waitsHere } from "./pooled.js"
import { isLocal, isOverlay, tellsSize } from "./storage.js"

type Done = (error: NodeJS.ErrnoException | null) => void

/** Only servers, such as those of FUSE, let a signal interrupt a listing. */
const openByNode = (calls: SystemCalls, fd: number): DirectoryParts =>
  new DirectoryParts(descriptorPath(fd), !isLocal(calls, fd))

const readPart = (parts: DirectoryParts): Now<ReadonlyArray<DirectoryEntry>> =>
  pooled(() => parts.readNow(), (done) => {
    const found: Array<DirectoryEntry> = []
    parts.readOn(found, () => found.length === PART, (error) => done(error, found))
  })

/**
 * Reads the first part synchronously, and the others on the thread pool: most directories have only one part, and the
 * pool would take longer than everything else. No matter how many names there are, no call blocks the event loop for
 * more than one part.
 */
const openInParts = (calls: SystemCalls, fd: number): OpenDirectory => {
  const parts = openByNode(calls, fd)
  let read: "nothing" | "first" | "all" = "nothing"
  return {
    read: () => {
      if (read === "all") return []
      if (read === "first") return readPart(parts)
      read = parts.first.length < PART ? "all" : "first"
      return parts.first
    },
    close: () =>
      read === "first"
        ? pooled(() => parts.closeNow(), (done) => parts.close((error) => done(error ?? null)))
        : calling(() => parts.closeNow())
  }
}

const openNatively = ({ close, now, onPool }: EntryParts): OpenDirectory => ({
  read: () =>
    waitsHere() ? now() : Program.call((done) => {
      onPool((error, value) => done(error === null ? { value } : { error }))
    }),
  close
})

/**
 * Opens a directory to read its entries: in one part, if it is not large.
 *
 * @internal
 */
export const openDirectory = (calls: SystemCalls, directory: FoundFile): OpenDirectory => {
  const listed = calls.listNow?.(directory.fd, directory.takeUnread())
  if (listed !== undefined && listed !== "large") return inOnePart(listed)
  const parts = listed === undefined ? undefined : calls.openParts?.(directory.fd)
  return parts === undefined ? openInParts(calls, directory.fd) : openNatively(parts)
}

/** Reads more of an open directory, until it has more than `most` entries or the call is cancelled. */
const restOnPool = (
  parts: DirectoryParts,
  found: Array<DirectoryEntry>,
  most: number
): Call<ReadonlyArray<DirectoryEntry>> =>
  Program.call((done) => {
    let isWanted = true
    const end: Done = (error) =>
      parts.close((failed) => {
        const thrown = error ?? failed
        done(thrown === null || thrown === undefined ? { value: found } : { error: toErrno(thrown) })
      })
    parts.readOn(found, () => found.length > most || !isWanted, end)
    return () => {
      isWanted = false
    }
  })

const restNow = (
  parts: DirectoryParts,
  found: Array<DirectoryEntry>,
  most: number
): ReadonlyArray<DirectoryEntry> => {
  for (let part = parts.readNow(); part.length > 0; part = parts.readNow()) {
    found.push(...part)
    if (found.length > most) break
  }
  return found
}

/** Reads a directory that may have any number of entries, until there are more than `most`. */
const entriesInParts = (calls: SystemCalls, fd: number, most: number): Now<ReadonlyArray<DirectoryEntry>> => {
  const parts = openByNode(calls, fd)
  let isOpen = true
  try {
    const found = [...parts.first]
    if (found.length < PART) return found
    if (waitsHere()) return restNow(parts, found, most)
    isOpen = false
    return restOnPool(parts, found, most)
  } finally {
    if (isOpen) parts.closeNow()
  }
}

const untyped = (name: string): DirectoryEntry => ({ name: fromLatin1(name), type: "Unknown" })

/** One character for each byte: a directory has to be read only once, even if names are not UTF-8. */
const AS_TEXTS = { encoding: "latin1", withFileTypes: true } as const

/** Takes twice as long. */
const AS_BYTES = { encoding: NAME_ENCODING, withFileTypes: true } as const

/** Whether Node called `lstat` with a text that is not the name. */
const isMistaken = (found: ReadonlyArray<Dirent>): boolean =>
  found.some((entry) => isLookedUp(entry) && !isAscii(entry.name))

/** Whether an error may be about such a text. Any other error is the one to report. */
const isMistake = (error: NodeJS.ErrnoException): boolean =>
  hasLostName(error) || (error.syscall === "lstat" && !isAscii(error.path ?? ""))

const bytesNow = (path: string): ReadonlyArray<DirectoryEntry> => {
  try {
    return readdirSync(path, AS_BYTES).map(entryOf)
  } catch (error) {
    if (!hasLostName(error as NodeJS.ErrnoException)) throw error // `node:fs` throws nothing else
    return readdirSync(path, "latin1").map(untyped)
  }
}

const textsNow = (path: string): ReadonlyArray<DirectoryEntry> => {
  try {
    const found = readdirSync(path, AS_TEXTS)
    if (!isMistaken(found)) return found.map(entryOf)
  } catch (error) {
    if (!isMistake(error as NodeJS.ErrnoException)) throw error // `node:fs` throws nothing else
  }
  return bytesNow(path)
}

type Listed = (error: NodeJS.ErrnoException | null, entries: ReadonlyArray<DirectoryEntry>) => void

const bytesOnPool = (path: string, done: Listed): void =>
  readdir(path, AS_BYTES, (error, found) => {
    if (error === null || !hasLostName(error)) return done(error, error === null ? found.map(entryOf) : [])
    readdir(path, "latin1", (error, names) => done(error, error === null ? names.map(untyped) : []))
  })

const textsOnPool = (path: string, done: Listed): void =>
  readdir(path, AS_TEXTS, (error, found) => {
    if (error === null ? isMistaken(found) : isMistake(error)) bytesOnPool(path, done)
    else done(error, error === null ? found.map(entryOf) : [])
  })

const byName = (a: DirectoryEntry, b: DirectoryEntry): number => SurrogateEscape.compareBytes(a.name, b.name)

/** Lists a directory with Node's functions. `isKnown`: it is known to be large. */
const entriesByNode = (
  calls: SystemCalls,
  fd: number,
  most: number,
  isKnown: boolean
): Now<ReadonlyArray<DirectoryEntry>> => {
  const mustWait = isKnown || isLarge(calls, fd)
  if (Number.isFinite(most)) {
    if (mustWait || !tellsSize(calls, fd)) return entriesInParts(calls, fd, most)
  } else if (!mustWait && calls.listNow === undefined && isOverlay(calls, fd)) {
    // Without native calls, nothing has counted the entries. If there are few, the thread pool would take longer.
    return Program.map(entriesInParts(calls, fd, most), (found) => found.toSorted(byName))
  }
  const path = descriptorPath(fd)
  const now = () => textsNow(path)
  return mustWait ? pooled(now, (done) => textsOnPool(path, done)) : now()
}

/** Goes on until there are more than `most` entries or the call is cancelled. */
const entriesOnPool = (
  listOnPool: NonNullable<SystemCalls["listOnPool"]>,
  fd: number,
  most: number
): Call<ReadonlyArray<DirectoryEntry> | undefined> =>
  Program.call((done) => {
    let isWanted = true
    listOnPool(fd, (count) => count > most || !isWanted, (value) => done({ value }))
    return () => {
      isWanted = false
    }
  })

/**
 * Like `names`, with the types that the file system lists (`d_type` in `readdir(3)`). With `most`, stops soon after
 * that many entries if the directory may be large.
 *
 * @internal
 */
export const entries = (
  calls: SystemCalls,
  directory: FoundFile,
  most = Number.POSITIVE_INFINITY
): Now<ReadonlyArray<DirectoryEntry>> => {
  const { fd } = directory
  const { listNow, listOnPool } = calls
  const listed = listNow?.(fd, directory.takeUnread())
  if (listed === undefined) return entriesByNode(calls, fd, most, false)
  if (listed !== "large") return listed
  if (listOnPool === undefined || waitsHere()) return entriesByNode(calls, fd, most, true)
  return Program.map(
    entriesOnPool(listOnPool, fd, most),
    (found): Now<ReadonlyArray<DirectoryEntry>> => found ?? entriesByNode(calls, fd, most, true)
  )
}

/**
 * Whether the file system has no fsync for directories (`vfs_fsync_range` in `fs/sync.c`), as CIFS before Linux
 * 4.17. Then nothing can be done, and nothing has failed.
 */
const cannotSync = (error: NodeJS.ErrnoException): boolean => error.code === "EINVAL"

/** @internal */
export const openForSync = (path: string): DirectorySync => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  const now = () => {
    try {
      fsyncSync(fd)
    } catch (error) {
      if (!cannotSync(error as NodeJS.ErrnoException)) throw error // `node:fs` throws nothing else
    }
  }
  return {
    sync: () => pooled(now, (done) => fsync(fd, (error) => done(error !== null && cannotSync(error) ? null : error))),
    close: () => calling(() => closeSync(fd))
  }
}

/** @internal */
export const statfs = (path: string): StatFs => {
  // Node's types do not have `frsize`.
  const found: BigIntStatsFs & { readonly frsize?: bigint } = statfsSync(path, { bigint: true })
  const { bavail, bfree, blocks, bsize, ffree, files, type } = found
  return {
    type,
    blockSize: bsize,
    ...(found.frsize === undefined ? {} : { fragmentSize: found.frsize }),
    blocks,
    freeBlocks: bfree,
    availableBlocks: bavail,
    inodes: files,
    freeInodes: ffree
  }
}
