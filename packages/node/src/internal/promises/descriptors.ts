/**
 * Descriptors for the files of roots that open none of the process: those in memory and in an archive. They are numbers
 * with which the functions of `node:fs` fail. `Fs` has functions that take them.
 */
import { valueOf } from "@procfsroot/vfs/Program"
import { openFile } from "./content.js"
import { FileHandle } from "./fileHandle.js"
import * as jobs from "./fileJobs.js"
import { type Backend, performOnFileSync } from "./perform.js"
import type { StatOptions } from "./stats.js"
import { NO_DESCRIPTOR } from "./streams.js"
import type { PathLike } from "./texts.js"

type Vector = [buffers: ReadonlyArray<ArrayBufferView>, position?: number]

/** An open file, with the functions of `node:fs` that take its descriptor and end in `Sync`. */
class Opened<F> {
  readonly handle: FileHandle<F>
  readonly #backend: Backend<F>

  constructor(backend: Backend<F>, handle: FileHandle<F>) {
    this.#backend = backend
    this.handle = handle
  }

  closeSync(): void {
    performOnFileSync(this.#backend, FileHandle.fileOf(this.handle), FileHandle.closing(this.handle))
  }

  fchmodSync(mode: number | string): void {
    this.#perform(jobs.chmod, mode)
  }

  fchownSync(uid: number, gid: number): void {
    this.#perform(jobs.chown, uid, gid)
  }

  fdatasyncSync(): void {
    this.#perform(jobs.datasync)
  }

  fstatSync(options?: StatOptions) {
    return options?.bigint === true ? this.#perform(jobs.bigStat) : this.#perform(jobs.stat)
  }

  fsyncSync(): void {
    this.#perform(jobs.sync)
  }

  ftruncateSync(length?: number): void {
    this.#perform(jobs.truncate, length)
  }

  futimesSync(atime: unknown, mtime: unknown): void {
    this.#perform(jobs.utimes, atime, mtime)
  }

  readSync(...args: jobs.ReadArguments): number {
    return this.#perform(jobs.read, ...args).bytesRead
  }

  readvSync(...args: Vector): number {
    return this.#perform(jobs.readv, ...args).bytesRead
  }

  writeSync(...args: jobs.WriteArguments): number {
    return this.#perform(jobs.write, ...args).bytesWritten
  }

  writevSync(...args: Vector): number {
    return this.#perform(jobs.writev, ...args).bytesWritten
  }

  #perform<Args extends ReadonlyArray<unknown>, A, B>(
    describe: (file: jobs.OpenFile, ...args: Args) => jobs.FileJob<A, B>,
    ...args: Args
  ): B {
    const file = FileHandle.fileOf(this.handle)
    return performOnFileSync(this.#backend, file, describe(file, ...args))
  }
}

/** The arguments of `open`. */
type Opening = [path: PathLike, flags?: string | number | null, mode?: string | number | null]

/**
 * An interface, since the class of a certain file system does not fit all.
 *
 * @internal
 */
export interface OpenedFile extends Omit<Opened<unknown>, "handle"> {
  readonly handle: Pick<FileHandle<unknown>, keyof FileHandle<unknown>>
}

/** @internal */
export interface Descriptors {
  /** Gives a descriptor to a file that the root's `promises` have opened. */
  readonly add: (handle: unknown) => void
  readonly openSync: (...args: Opening) => number
  /** The file of a descriptor, unless it is closed. */
  readonly find: (fd: unknown) => OpenedFile | undefined
}

/**
 * The descriptors of a root, as a property of its synchronous functions.
 *
 * @internal
 */
export const descriptors: unique symbol = Symbol("descriptors")

/** The next one is smaller. Those of all roots differ, so no root takes a descriptor of another one for its own. */
let last = NO_DESCRIPTOR

/** @internal */
export const descriptorsOf = <F>(backend: Backend<F>): Descriptors => {
  const files = new Map<unknown, Opened<F>>()
  const add = (handle: FileHandle<F>): FileHandle<F> => {
    const fd = --last
    files.set(fd, new Opened(backend, handle))
    FileHandle.describe(handle, fd, () => files.delete(fd))
    return handle
  }
  return {
    add: (handle) => {
      if (handle instanceof FileHandle) add(handle)
    },
    openSync: (path, flags, mode) => add(valueOf(openFile(backend, path, flags, mode))).descriptor,
    find: (fd) => files.get(fd)
  }
}
