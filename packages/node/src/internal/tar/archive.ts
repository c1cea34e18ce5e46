/** Opens archives: reads their headers through a window of the file, and keeps only the index. */
import * as Policy from "@procfsroot/path/Policy"
import * as Errno from "@procfsroot/vfs/Errno"
import { make as makeFileSystem } from "@procfsroot/vfs/FileSystem"
import * as Handle from "@procfsroot/vfs/Handle"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import { type PathPolicy, strictest } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import type { Archive, Options } from "../../Tar.js"
import { writer } from "../fileSystem/writer.js"
import { randomBytes } from "../randomBytes.js"
import { checkName } from "../root.js"
import { unavailable } from "../unavailable.js"
import { type ArchiveFile, openFile } from "./archiveFile.js"
import { type Read, readEntries } from "./headers.js"
import { Index } from "./tarIndex.js"
import { type ArchiveHandle, inodeOperations, lookup } from "./tarTree.js"

/**
 * How many bytes are read at once: enough for several small files, but not much more than the header of a large one.
 */
const WINDOW = 1 << 16

const DEFAULT_INODES = 1_000_000

/** Reads through a window, which is moved when something outside it is needed. */
const windowed = (file: ArchiveFile, size: number): Read => {
  let buffer = Buffer.alloc(0)
  let start = 0
  return function*(at, length) {
    if (at < start || at + length > start + buffer.length) {
      const wanted = Math.min(Math.max(WINDOW, length), size - at)
      const next = Buffer.allocUnsafe(wanted)
      let filled = 0
      while (filled < wanted) {
        const count = yield* file.read(next.subarray(filled), wanted - filled, at + filled)
        if (count === 0) throw unavailable("EIO", "the archive became shorter while it was read")
        filled += count
      }
      buffer = next
      start = at
    }
    return buffer.subarray(at - start, at - start + length)
  }
}

let archives = 0

const name = (): string => randomBytes(3).toString("hex")

/** Opens a directory of an archive as the root of another `Archive`, which has its own handle. */
const subRoot = (
  handle: ArchiveHandle,
  { fileSystem, skipped }: Archive,
  path: string,
  policy: PathPolicy
): Archive => {
  const opened = Program.valueOf(fileSystem.open(path, OpenFlags.fromFlag("path"), 0))
  try {
    const root = opened.file?.node
    if (root?.children === undefined) throw Errno.make("ENOTDIR")
    const held = handle.retain()
    return archiveOf(Handle.make({ ...held.value, root }, () => void held.close()), skipped, policy)
  } finally {
    Program.runSync(opened.close())
  }
}

const archiveOf = (handle: ArchiveHandle, skipped: Archive["skipped"], policy: PathPolicy): Archive => {
  const { root } = handle.value
  const archive: Archive = {
    fileSystem: makeFileSystem(inodeOperations(handle), {
      now: Date.now,
      directoryName: name,
      fileName: name,
      writer,
      policy
    }),
    root,
    lookup: (asked) => lookup(handle, asked),
    skipped,
    get isOpen() {
      return handle.isOpen
    },
    retain: () => archiveOf(handle.retain(), skipped, policy),
    subRoot: (path, options = {}) => subRoot(handle, archive, path, strictest(policy, options)),
    close: () => void handle.close()
  }
  return archive
}

function* index(file: ArchiveFile, maxInodes: number): Program.Program<Index> {
  const stat = yield* file.stat()
  if (stat.isDirectory()) throw unavailable("EISDIR", "it is a directory, not an archive")
  if (!stat.isFile()) throw unavailable("EINVAL", "it is not a regular file, so it cannot be read at offsets")
  const found = new Index(maxInodes)
  yield* readEntries(windowed(file, stat.size), stat.size, (entry) => found.add(entry))
  return found
}

/** @internal */
export function* open(path: string, { maxInodes = DEFAULT_INODES }: Options = {}): Program.Program<Archive> {
  const most = Policy.limit("maxInodes", maxInodes)
  checkName(path)
  const file = yield* openFile(path)
  let isKept = false
  try {
    const { root, skipped } = yield* index(file, most)
    const handle = Handle.make({ fd: file.fd, root, dev: ++archives }, () => file.close())
    isKept = true
    return archiveOf(handle, skipped, {})
  } catch (thrown) {
    throw Errno.isErrno(thrown) ? unavailable(thrown.code) : thrown
  } finally {
    if (!isKept) file.close()
  }
}
