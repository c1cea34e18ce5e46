/** An open file, as `fs.promises.open` returns it. */
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import type { File } from "@procfsroot/vfs/FileSystem"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Program from "@procfsroot/vfs/Program"
import { checkOffset, checkSignal } from "./arguments.js"
import { asyncDispose } from "./disposal.js"
import { invalidType } from "./errors.js"
import * as jobs from "./fileJobs.js"
import type { Method } from "./methods.js"
import { type Backend, runOnFile } from "./perform.js"
import type { StatOptions } from "./stats.js"
import * as streams from "./streams.js"
import { bytesOf, type Encoded, encodingOf, type Form, formOf } from "./texts.js"
import type { Buffers } from "./vectors.js"

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

type WriteOptions = Encoded & Abortable | string | null

/** What the errors of a closed file name instead of a system call, where that is different. */
const ofClosed: Partial<Record<Method, string>> = {
  appendFile: "writeFile",
  readFile: "readFile",
  readv: "readv",
  utimes: "futimes",
  writeFile: "writeFile",
  writev: "writev"
}

const isWhole = (data: unknown): boolean => typeof data === "string" || ArrayBuffer.isView(data)

const isIterable = (data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> => {
  if (typeof data !== "object" || data === null) return false
  const methods = data as Partial<Iterable<unknown> & AsyncIterable<unknown>> // every object may have them
  return typeof methods[Symbol.iterator] === "function" || typeof methods[Symbol.asyncIterator] === "function"
}

/**
 * The pieces of the data of a write, or `undefined` for text and bytes, which are written as a whole. Throws if it is
 * neither text nor bytes nor iterable. Callers do this before they open the file, which may truncate or create it.
 *
 * @internal
 */
export const piecesOf = (data: unknown): Iterable<unknown> | AsyncIterable<unknown> | undefined => {
  if (isWhole(data)) return undefined
  if (isIterable(data)) return data
  throw invalidType("data", "a string, a Buffer, a TypedArray, a DataView or an iterable of these")
}

/** @internal */
export class FileHandle<F> {
  readonly #backend: Backend<F>
  readonly #file: File<F>
  readonly #opened: F
  readonly #fd: number
  #descriptor: number
  #whenClosed = () => {}
  readonly #streams: streams.Streams
  #closing: Promise<void> | undefined = undefined
  #calls = 0
  #whenIdle: (() => void) | undefined = undefined

  constructor(backend: Backend<F>, file: File<F>) {
    this.#backend = backend
    this.#file = file
    this.#streams = new streams.Streams(this, () => !this.isClosed)
    this.#opened = file.file as F // it has just been opened
    this.#fd = backend.descriptorOf(this.#opened)
    this.#descriptor = backend.closeNow === undefined ? streams.NO_DESCRIPTOR : this.#fd
  }

  get fd(): number {
    return this.isClosed ? -1 : this.#fd
  }

  /** Of the process, or the one that `Fs` has given it. */
  get descriptor(): number {
    return this.#descriptor
  }

  get isClosed(): boolean {
    return this.#file.file === undefined
  }

  /**
   * Ends the streams, waits for the calls that are running, and then closes the file. A second call returns the same
   * promise. As in Node, it may be passed as a function, as in `promise.finally(handle.close)`.
   */
  readonly close = (): Promise<void> => {
    if (this.#closing === undefined) {
      let release = () => {}
      this.#closing = new Promise((resolve) => {
        release = () => {
          this.#whenIdle = undefined
          resolve(this.#perform(FileHandle.closing(this)))
        }
      })
      // Only after `#closing` is set: a stream that ends calls `close` too.
      this.#streams.close(() => {
        if (this.#calls === 0) release()
        else this.#whenIdle = release
      })
    }
    return this.#closing
  }

  async [asyncDispose](): Promise<void> {
    await this.close()
  }

  async stat(options?: StatOptions & Abortable) {
    return options?.bigint === true
      ? this.#perform(jobs.bigStat(this.#file), options.signal)
      : this.#perform(jobs.stat(this.#file), options?.signal)
  }

  async sync(): Promise<void> {
    await this.#perform(jobs.sync(this.#file))
  }

  async datasync(): Promise<void> {
    await this.#perform(jobs.datasync(this.#file))
  }

  async nextData(from: number): Promise<Extent | undefined> {
    checkOffset(from)
    return this.#run("nextData", "lseek", () => this.#file.nextData(BigInt(from)))
  }

  async truncate(length?: number): Promise<void> {
    await this.#perform(jobs.truncate(this.#file, length))
  }

  async chmod(mode: number | string): Promise<void> {
    await this.#perform(jobs.chmod(this.#file, mode))
  }

  async chown(uid: number, gid: number): Promise<void> {
    await this.#perform(jobs.chown(this.#file, uid, gid))
  }

  async utimes(atime: unknown, mtime: unknown): Promise<void> {
    await this.#perform(jobs.utimes(this.#file, atime, mtime))
  }

  getExtendedAttribute(name: string): Promise<Uint8Array | undefined> {
    return this.#run("getExtendedAttribute", "fgetxattr", () => this.#file.getExtendedAttribute(name))
  }

  listExtendedAttributes(): Promise<ReadonlyArray<string>> {
    return this.#run("listExtendedAttributes", "flistxattr", () => this.#file.listExtendedAttributes())
  }

  async setExtendedAttribute(name: string, value: Uint8Array): Promise<void> {
    await this.#run("setExtendedAttribute", "fsetxattr", () => this.#file.setExtendedAttribute(name, value))
  }

  async removeExtendedAttribute(name: string): Promise<void> {
    await this.#run("removeExtendedAttribute", "fremovexattr", () => this.#file.removeExtendedAttribute(name))
  }

  async read(...args: jobs.ReadArguments) {
    return this.#perform(jobs.read(this.#file, ...args))
  }

  async write(...args: jobs.WriteArguments) {
    return this.#perform(jobs.write(this.#file, ...args))
  }

  async readv<A extends Buffers>(buffers: A, position?: number) {
    return this.#perform(jobs.readv(this.#file, buffers, position))
  }

  async writev<A extends Buffers>(buffers: A, position?: number) {
    return this.#perform(jobs.writev(this.#file, buffers, position))
  }

  /** Reads from the current position to the end. */
  async readFile(options?: Form & Abortable | string | null): Promise<string | Uint8Array> {
    const inForm = formOf(options)
    const signal = typeof options === "object" ? options?.signal : undefined
    return inForm(await this.#run("readFile", "read", () => this.#file.readToEnd("shared"), signal))
  }

  /** Gives it a descriptor, and calls `whenClosed` as soon as the file is closed. */
  static describe<F>(handle: FileHandle<F>, descriptor: number, whenClosed: () => void): void {
    handle.#descriptor = descriptor
    handle.#whenClosed = whenClosed
  }

  /** Closes the file immediately. It is closed even if that fails. */
  static closing<F>(handle: FileHandle<F>): jobs.FileJob<void> {
    const job = jobs.close(handle.#file)
    const begin = function*(): Program.Program<void> {
      try {
        yield* job.begin()
      } finally {
        handle.#whenClosed()
      }
    }
    return { ...job, begin }
  }

  static fileOf<F>(handle: FileHandle<F>): File<F> {
    return handle.#file
  }

  /** Writes at the current position, as one of the methods that do this. */
  static async writeAs<F>(
    method: "appendFile" | "writeFile",
    handle: FileHandle<F>,
    data: unknown,
    options?: WriteOptions
  ): Promise<void> {
    const encoding = encodingOf(options)
    const signal = typeof options === "object" ? options?.signal : undefined
    await handle.#holding(async () => {
      // Also if there are no pieces.
      checkSignal(signal)
      const write = (piece: unknown) => {
        const bytes = bytesOf(piece, encoding)
        // Now: if the data is gone when this begins, `writeAll` fails.
        const isEmpty = bytes.length === 0
        const begin = () => isEmpty ? Program.sync(() => {}) : handle.#file.writeAll(bytes, "shared")
        return handle.#run(method, "write", begin, signal)
      }
      const pieces = piecesOf(data)
      // At once, as in Node: the caller may move the buffer to another thread as soon as it gets the promise.
      if (pieces === undefined) await write(data)
      else for await (const piece of pieces) await write(piece)
      // It may have been aborted while this waited for the end of the data.
      checkSignal(signal)
    })
  }

  async writeFile(data: unknown, options?: WriteOptions): Promise<void> {
    await FileHandle.writeAs("writeFile", this, data, options)
  }

  async appendFile(data: unknown, options?: WriteOptions): Promise<void> {
    await FileHandle.writeAs("appendFile", this, data, options)
  }

  createReadStream(options?: streams.ReadOptions | null) {
    return this.#streams.read(options)
  }

  createWriteStream(options?: streams.WriteOptions | null) {
    return this.#streams.write(options)
  }

  readLines(options?: streams.ReadOptions | null) {
    return this.#streams.lines(options)
  }

  readableWebStream(options?: streams.WebOptions) {
    return this.#streams.web(options, this.#closing !== undefined)
  }

  /** `close` waits until `call` has ended, also while `call` itself waits for something else. */
  async #holding<A>(call: () => Promise<A>): Promise<A> {
    this.#calls++
    try {
      return await call()
    } finally {
      if (--this.#calls === 0) this.#whenIdle?.()
    }
  }

  async #perform<A, B>(job: jobs.FileJob<A, B>, signal?: AbortSignal): Promise<B> {
    return job.resultOf(await this.#run(job.method, job.syscall, job.begin, signal))
  }

  #run<A>(method: Method, syscall: string, begin: () => Program.Program<A>, signal?: AbortSignal): Promise<A> {
    const beginOpen = () => {
      // Before the arguments of the operation are checked, as in Node.
      if (this.isClosed) throw Errno.make("EBADF")
      return begin()
    }
    const name = this.isClosed ? ofClosed[method] ?? syscall : syscall
    const calling = { method, syscall: name, opened: this.#opened }
    return this.#holding(() => runOnFile(this.#backend, calling, beginOpen, signal))
  }
}
