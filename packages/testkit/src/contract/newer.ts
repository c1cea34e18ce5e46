/** The methods of newer editions, built from Node's own functions with the same meaning. */
import * as Fs from "node:fs"
import type { FileType, NewerMethods, OpenFlag, PlainFile, PlainFileSystem, PlainInfo } from "../edition.js"
import { ask } from "./asking.js"

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = Fs.constants

/** The flags, as Node documents them for `fs.open`. */
const flags: Readonly<Record<OpenFlag, number>> = {
  r: O_RDONLY,
  "r+": O_RDWR,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  "w+": O_TRUNC | O_CREAT | O_RDWR,
  "wx+": O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  a: O_APPEND | O_CREAT | O_WRONLY,
  ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  "a+": O_APPEND | O_CREAT | O_RDWR,
  "ax+": O_APPEND | O_CREAT | O_RDWR | O_EXCL
}

const typeOf = (entry: Fs.Dirent | Fs.Stats): FileType => {
  if (entry.isFile()) return "File"
  if (entry.isDirectory()) return "Directory"
  if (entry.isSymbolicLink()) return "SymbolicLink"
  return entry.isFIFO() ? "FIFO" : "Unknown"
}

const info = (stat: Fs.Stats): PlainInfo => {
  const { atimeMs: atime, dev, gid, ino, mode, mtimeMs: mtime, nlink, size, uid } = stat
  return { type: typeOf(stat), mode, uid, gid, nlink, size, dev: String(dev), ino: String(ino), mtime, atime }
}

/** Opens the file with `O_NOFOLLOW` first, and then again, since the edition that judges has no such option. */
const openNoFollow = (fs: PlainFileSystem): NewerMethods["openNoFollow"] => async (path, options = {}) => {
  const { flag = "r", mode } = options
  await ask("open", path, async () => {
    const file = await Fs.promises.open(path, flags[flag] | O_NOFOLLOW, mode)
    await file.close()
  })
  return fs.open(path, { ...options, flag: flag.replace("x", "") as OpenFlag }) // each flag also exists without `x`
}

/** Reads at a position without changing the position of the file. */
const readAt = async (file: PlainFile, buffer: Uint8Array, position: bigint): Promise<number> => {
  const before = await file.seek(0, "current")
  await file.seek(position, "start")
  try {
    return await file.read(buffer)
  } finally {
    await file.seek(before, "start")
  }
}

export const newer = (fs: PlainFileSystem): NewerMethods => ({
  lstat: (path) => ask("lstat", path, async () => info(await Fs.promises.lstat(path))),
  readDirectoryEntries: (path) =>
    ask("readDirectoryEntries", path, async () => {
      const entries = await Fs.promises.readdir(path, { withFileTypes: true })
      return entries.map((entry) => ({ name: entry.name, type: typeOf(entry) }))
    }),
  openNoFollow: openNoFollow(fs),
  readAt
})
