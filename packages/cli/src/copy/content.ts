/**
 * Copies the content of a regular file, with its holes, in bounded memory. Reads and writes are synchronous, since the
 * thread has nothing else to do: for a tree of small files, the thread pool takes longer than everything else.
 */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import { type BigIntStats, fstatSync, ftruncateSync, writeSync } from "node:fs"
import { extentsOf, isSparse, sizeOf } from "./extents.js"
import type { Place } from "./place.js"
import { readAt } from "../readAgain.js"
import { turn } from "./turn.js"
import { ofCopy, Refused } from "./why.js"

/** How many bytes one call reads. An interruption has to wait for it. */
const CHUNK = 1 << 20

/** Zeros are skipped in pieces of this size, which is the block size of most file systems. */
const BLOCK = 4_096

const zeros = Buffer.alloc(BLOCK)

/** How many bytes are read at most beyond the size that a file reports. Files in procfs report size 0. */
const MAX_WITHOUT_SIZE = 16 * CHUNK

/** Whether the block that begins there is full and zero. Most are not, by their first byte. */
const isHole = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0 && zeros.equals(bytes.subarray(at, at + BLOCK))

/** Some file systems write 0 bytes instead of failing. GNU `cp` also takes this for a full disk. */
class NothingWritten extends Error {
  readonly code = "ENOSPC"
}

const writeSome = (fd: number, bytes: Uint8Array, position: number): number => {
  const written = writeSync(fd, bytes, 0, bytes.length, position)
  if (written === 0) throw new NothingWritten()
  return written
}

const writeAll = (fd: number, bytes: Uint8Array, position: number): void => {
  for (let done = 0; done < bytes.length;) {
    done += ofCopy(() => writeSome(fd, bytes.subarray(done), position + done))
  }
}

/** Writes everything but blocks of zeros. Returns whether the end was written. */
const writeData = (fd: number, bytes: Uint8Array, position: number): boolean => {
  let start = 0
  for (let at = 0; at < bytes.length; at += BLOCK) {
    if (!isHole(bytes, at)) continue
    if (start < at) writeAll(fd, bytes.subarray(start, at), position + start)
    start = at + BLOCK
  }
  if (start >= bytes.length) return false
  writeAll(fd, bytes.subarray(start), position + start)
  return true
}

/** Whether a file is small enough for `copySmall`, if it does not grow. */
export const isSmall = (stat: BigIntStats): boolean => stat.size < CHUNK && !isSparse(stat)

/** Called with the number of bytes that are done. It throws to stop the copy. */
export type Progress = (bytes: number) => void

/** The files of a copy. */
interface Work {
  readonly from: FileSync
  readonly to: FileSync
  readonly progress: Progress
}

/** Writes parts, one after the other, to the end of a file. */
class Parts {
  readonly #fd: number
  #position: number
  #isEndWritten = true

  constructor({ fd }: FileSync, position: number) {
    this.#fd = fd
    this.#position = position
  }

  /** Returns the new size. */
  write(part: Uint8Array): number {
    this.#isEndWritten = writeData(this.#fd, part, this.#position)
    return this.#position += part.length
  }

  /** Returns the size. A hole at the end was not written, so the size has to be set. */
  finish(): number {
    if (!this.#isEndWritten) ofCopy(() => ftruncateSync(this.#fd, this.#position))
    return this.#position
  }
}

/** Writes parts to the end of a file, which is at `start`. Returns the new size. */
export const writeParts = async (
  to: FileSync,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  progress: Progress,
  start = 0
): Promise<number> => {
  const written = new Parts(to, start)
  for await (const part of parts) {
    progress(written.write(part))
    await turn()
  }
  return written.finish()
}

/**
 * Copies the contents of files, one after the other, with one buffer. Signals and timers get a turn between the parts.
 */
export class ContentCopy {
  readonly #buffer = Buffer.alloc(CHUNK)

  /**
   * Copies a small file without holes at once, since promises would take longer than its system calls. Returns how many
   * bytes the copy has, or `undefined` if the file has to be copied with `copy`.
   */
  copySmall(from: FileSync, to: FileSync, stat: BigIntStats): number | undefined {
    const size = sizeOf(stat)
    const written = new Parts(to, 0)
    for (const part of this.#read(from, 0, size + 1, size)) written.write(part)
    const end = written.finish()
    // It has grown, or it is a file that reports no size.
    return end > size ? undefined : end
  }

  /**
   * Copies up to the size that the file had when it was opened, and then once more up to its size at that moment, so
   * that copying a growing file ends. A file that has more content than the size that it reports is copied to its end.
   * Returns how many bytes the copy has.
   */
  async copy(place: Place, from: FileSync, to: FileSync, stat: BigIntStats, progress: Progress): Promise<number> {
    const size = sizeOf(stat)
    const work = { from, to, progress }
    if (size === 0) return this.#withoutSize(work, 0)
    const hasHoles = isSparse(stat)
    const first = hasHoles
      ? await this.#data(work, extentsOf(place, from, stat), size)
      : await this.#range(work, 0, size + 1, size)
    if (first < size || (first === size && !hasHoles)) return first
    const { size: after } = fstatSync(from.fd)
    if (after > first) return this.#range(work, first, after)
    return first > after ? this.#withoutSize(work, first) : first
  }

  /** Copies the parts of a file that have data. */
  async #data(work: Work, extents: Iterable<Extent>, size: number): Promise<number> {
    let reached = size
    for (const { end, start } of extents) {
      reached = await this.#range(work, start, end)
      if (reached < end) break // the file was cut off
      reached = size
    }
    ofCopy(() => ftruncateSync(work.to.fd, reached))
    return reached
  }

  async #withoutSize(work: Work, start: number): Promise<number> {
    const most = start + MAX_WITHOUT_SIZE
    const end = await this.#range(work, start, most)
    if (end === most) throw new Refused("its size is unknown, and it does not end")
    return end
  }

  async #range({ from, progress, to }: Work, start: number, end: number, size?: number): Promise<number> {
    const written = new Parts(to, start)
    for (const part of this.#read(from, start, end, size)) {
      progress(written.write(part))
      await turn()
    }
    return written.finish()
  }

  /**
   * Each part has to be used before the next one is read into the same buffer. Reading more than the size of the file
   * shows whether it has grown, which saves another system call.
   */
  *#read(from: FileSync, start: number, end: number, size?: number): Iterable<Uint8Array> {
    for (let position = start; position < end;) {
      const wanted = Math.min(CHUNK, end - position)
      const length = readAt(from, this.#buffer, 0, wanted, position)
      if (length === 0) return
      yield this.#buffer.subarray(0, length)
      position += length
      if (length < wanted && position === size) return
    }
  }
}
