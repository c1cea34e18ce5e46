/** An open file of the edition with promises, in the form that the suites use. */
import type { FileHandle } from "@procfsroot/node/Promises"
import type { FileType, OpenFlag, PlainFile, PlainInfo } from "@procfsroot/testkit/edition"
import { checkReadSize } from "@procfsroot/vfs/Arguments"
import type { Dirent, Stats } from "node:fs"
import { calling } from "./failures.js"

export const typeOf = (entry: Stats | Dirent): FileType => {
  if (entry.isFile()) return "File"
  if (entry.isDirectory()) return "Directory"
  if (entry.isSymbolicLink()) return "SymbolicLink"
  if (entry.isFIFO()) return "FIFO"
  if (entry.isSocket()) return "Socket"
  if (entry.isBlockDevice()) return "BlockDevice"
  return entry.isCharacterDevice() ? "CharacterDevice" : "Unknown"
}

export const info = (stats: Stats): PlainInfo => ({
  type: typeOf(stats),
  mode: stats.mode,
  uid: stats.uid,
  gid: stats.gid,
  nlink: stats.nlink,
  size: stats.size,
  dev: String(stats.dev),
  ino: String(stats.ino),
  mtime: stats.mtime.getTime(),
  atime: stats.atime.getTime()
})

/** The handle of a plain file, for calls that a plain file does not have. */
export const handles = new WeakMap<PlainFile, FileHandle>()

/**
 * The position of a file, which each call is passed unless it appends. A `FileHandle` cannot seek, and the file of the
 * suites has a position of its own.
 */
class Positions {
  readonly #appends: boolean
  #at = 0n

  constructor(flag: OpenFlag) {
    this.#appends = flag.startsWith("a")
  }

  seek(to: bigint): bigint {
    return this.#at = to
  }

  get at(): bigint {
    return this.#at
  }

  /** To Node, −1 means the current position of the file, so −2 is passed instead. */
  get next(): bigint {
    return this.#at === -1n ? -2n : this.#at
  }

  get nextToWrite(): bigint | null {
    return this.#appends ? null : this.next
  }

  moved(count: number, writes = false): number {
    if (!(writes && this.#appends)) this.#at += BigInt(count)
    return count
  }

  cut(size: number): void {
    if (!this.#appends && this.#at > BigInt(size)) this.seek(BigInt(size))
  }
}

export const plainFile = (handle: FileHandle, flag: OpenFlag): PlainFile => {
  const { fd } = handle
  const positions = new Positions(flag)
  const call = <A>(method: string, run: () => Promise<A>) => calling(method, fd, run)

  const read = async (buffer: Uint8Array): Promise<number> => {
    const { bytesRead } = await handle.read(buffer, { position: positions.next as unknown as number }) // bigints are allowed as well
    return positions.moved(bytesRead)
  }

  const write = async (bytes: Uint8Array): Promise<number> => {
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, positions.nextToWrite as number | null) // likewise
    return positions.moved(bytesWritten, true)
  }

  const plain: PlainFile = {
    stat: () => call("stat", async () => info(await handle.stat())),
    sync: () => call("sync", () => handle.sync()),
    seek: async (offset, from) => positions.seek((from === "start" ? 0n : positions.at) + BigInt(offset)),
    read: (buffer) => call("read", () => read(buffer)),
    readAlloc: (size) =>
      call("readAlloc", async () => {
        checkReadSize(size)
        const buffer = new Uint8Array(size)
        const length = await read(buffer)
        return length === 0 ? undefined : buffer.subarray(0, length)
      }),
    truncate: (length) =>
      call("truncate", async () => {
        await handle.truncate(length === undefined ? undefined : Number(length))
        positions.cut(Math.max(0, Number(length ?? 0)))
      }),
    write: (bytes) => call("write", () => write(bytes)),
    writeAll: (bytes) =>
      call("writeAll", async () => {
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await write(rest))
      }),
    close: () => call("open", () => handle.close())
  }
  handles.set(plain, handle)
  return plain
}
