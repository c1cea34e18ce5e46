/** An open file, as `fs.promises.open` returns it. */
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import type { File, Position } from "@procfsroot/vfs/FileSystem"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Program from "@procfsroot/vfs/Program"
import { checkOffset, checkSignal, exactTimeOf, idOf, lengthOf, modeOf } from "./arguments.js"
import { invalidType, invalidValue, outOfRange } from "./errors.js"
import type { Method } from "./methods.js"
import { type Backend, runOnFile } from "./perform.js"
import { bigStatsOf, type StatOptions, statsOf } from "./stats.js"
import * as streams from "./streams.js"
import { bufferOf, bytesOf, type Encoded, encodingOf, type Form, formOf, viewedBytes } from "./texts.js"
import { type Buffers, bytesOfAll, gathered, scatter, vectorPositionOf, wholeOf } from "./vectors.js"

type Place = number | bigint | null | undefined

/** Which part of a buffer is read or written, and where in the file. */
interface Part {
  readonly offset?: number | null | undefined
  readonly length?: number | null | undefined
  readonly position?: Place
}

interface ReadOptions extends Part {
  readonly buffer?: ArrayBufferView | undefined
}

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

/** The most bytes that a read without a buffer reads. */
const DEFAULT_LENGTH = 16_384

/** Node writes the bytes of an incomplete hexadecimal text in `writeFile`, but not in `write`. */
const textOf = (text: string, encoding: string | undefined): Uint8Array => {
  if (encoding?.toLowerCase() === "hex" && text.length % 2 !== 0) {
    throw invalidValue("ERR_INVALID_ARG_VALUE", `The argument 'encoding' is invalid for data of length ${text.length}`)
  }
  return bytesOf(text, encodingOf(encoding))
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

/** In Node, −1 means the current position of the file, which the kernel keeps. */
const positionOf = (position: Place): Position => {
  if (position === undefined || position === null) return "shared"
  if (typeof position !== "number" && typeof position !== "bigint") {
    throw invalidType("position", "a number or a bigint")
  }
  if (Number(position) === -1) return "shared"
  if (typeof position === "number" && !Number.isInteger(position)) throw outOfRange("position", position)
  return BigInt(position)
}

const countOf = (count: unknown, name: string, most: number): number => {
  if (typeof count !== "number") throw invalidType(name, "of type number")
  if (!Number.isInteger(count) || count < 0 || count > most) throw outOfRange(name, count)
  return count
}

const partOf = (buffer: ArrayBufferView, { length, offset }: Part): Uint8Array => {
  if (!ArrayBuffer.isView(buffer)) throw invalidType("buffer", "a Buffer, a TypedArray or a DataView")
  const { byteLength } = buffer
  const start = countOf(offset ?? 0, "offset", byteLength)
  const size = countOf(length ?? byteLength - start, "length", byteLength - start)
  return viewedBytes(buffer, start, size)
}

const partAt = (buffer: ArrayBufferView, part: Part): [bytes: Uint8Array, at: Position] => [
  partOf(buffer, part),
  positionOf(part.position)
]

/** The arguments after the buffer, in either form. */
const partFrom = (part: Part | number | null | undefined, length?: number | null, position?: Place): Part =>
  typeof part === "object" && part !== null ? part : { offset: part, length, position }

/**
 * Whether data is written as a whole, not in pieces.
 *
 * @internal
 */
export const isWhole = (data: unknown): boolean => typeof data === "string" || ArrayBuffer.isView(data)

const isIterable = (data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> => {
  if (typeof data !== "object" || data === null) return false
  const methods = data as Partial<Iterable<unknown> & AsyncIterable<unknown>> // every object may have them
  return typeof methods[Symbol.iterator] === "function" || typeof methods[Symbol.asyncIterator] === "function"
}

/**
 * The data of a write, in pieces. Throws if it is neither text nor bytes nor iterable. Callers do this before they open
 * the file, which may truncate or create it.
 *
 * @internal
 */
export const piecesOf = (data: unknown): Iterable<unknown> | AsyncIterable<unknown> => {
  if (isWhole(data)) return [data]
  if (isIterable(data)) return data
  throw invalidType("data", "a string, a Buffer, a TypedArray, a DataView or an iterable of these")
}

/** @internal */
export class FileHandle<F> {
  readonly #backend: Backend<F>
  readonly #file: File<F>
  readonly #opened: F
  readonly #fd: number
  readonly #streams: streams.Streams
  #closing: Promise<void> | undefined = undefined
  #calls = 0
  #whenIdle: (() => void) | undefined = undefined

  constructor(backend: Backend<F>, file: File<F>) {
    this.#backend = backend
    this.#file = file
    this.#streams = new streams.Streams(this, () => !this.#isClosed)
    this.#opened = file.file as F // it has just been opened
    this.#fd = backend.descriptorOf(this.#opened)
  }

  get fd(): number {
    return this.#isClosed ? -1 : this.#fd
  }

  get hasDescriptor(): boolean {
    return this.#backend.closeNow !== undefined
  }

  get #isClosed(): boolean {
    return this.#file.file === undefined
  }

  /**
   * Ends the streams, waits for the calls that are running, and then closes the file. A second call returns the same
   * promise.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      let release = () => {}
      this.#closing = new Promise((resolve) => {
        release = () => {
          this.#whenIdle = undefined
          resolve(this.#run("close", "close", () => this.#file.close()))
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async stat(options?: StatOptions & Abortable) {
    const signal = options?.signal
    return options?.bigint === true
      ? bigStatsOf(await this.#run("stat", "fstat", () => this.#file.statExact(), signal))
      : statsOf(await this.#run("stat", "fstat", () => this.#file.stat(), signal))
  }

  async sync(): Promise<void> {
    await this.#run("sync", "fsync", () => this.#file.sync())
  }

  async datasync(): Promise<void> {
    await this.#run("datasync", "fdatasync", () => this.#file.sync())
  }

  async nextData(from: number): Promise<Extent | undefined> {
    checkOffset(from)
    return this.#run("nextData", "lseek", () => this.#file.nextData(BigInt(from)))
  }

  async truncate(length = 0): Promise<void> {
    await this.#run("truncate", "ftruncate", () => this.#file.truncate(lengthOf(length)))
  }

  async chmod(mode: number | string): Promise<void> {
    await this.#run("chmod", "fchmod", () => this.#file.chmod(modeOf(mode)))
  }

  async chown(uid: number, gid: number): Promise<void> {
    await this.#run("chown", "fchown", () => this.#file.chown(idOf(uid, "uid"), idOf(gid, "gid")))
  }

  async utimes(atime: unknown, mtime: unknown): Promise<void> {
    await this.#run("utimes", "futime", () => this.#file.utimes(exactTimeOf(atime), exactTimeOf(mtime)))
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

  async read(
    first?: ArrayBufferView | ReadOptions | null,
    second?: Part | number | null,
    length?: number | null,
    position?: Place
  ): Promise<{ bytesRead: number; buffer: ArrayBufferView }> {
    if (typeof (first ?? {}) !== "object") throw invalidType("options", "of type object")
    const { buffer = bufferOf(new Uint8Array(DEFAULT_LENGTH)), ...part } = ArrayBuffer.isView(first)
      ? { buffer: first, ...partFrom(second, length, position) }
      : first ?? {}
    const [bytes, at] = partAt(buffer, part)
    return { bytesRead: await this.#run("read", "read", () => this.#file.read(bytes, at)), buffer }
  }

  async write(
    data: ArrayBufferView | string,
    second?: Part | number | null,
    third?: number | string | null,
    position?: Place
  ): Promise<{ bytesWritten: number; buffer: ArrayBufferView | string }> {
    const [bytes, at] = typeof data === "string"
      ? [
        textOf(data, typeof third === "string" ? third : undefined),
        positionOf(typeof second === "number" ? second : undefined)
      ]
      : partAt(data, partFrom(second, typeof third === "number" ? third : undefined, position))
    // Like Node, makes no system call for an empty buffer, but makes one for empty text.
    const makesNone = bytes.length === 0 && typeof data !== "string"
    const begin = () => makesNone ? Program.sync(() => 0) : this.#file.write(bytes, at)
    return { bytesWritten: await this.#run("write", "write", begin), buffer: data }
  }

  async readv<A extends Buffers>(buffers: A, position?: number): Promise<{ bytesRead: number; buffers: A }> {
    const [parts, at] = [bytesOfAll(buffers), vectorPositionOf(position)]
    const whole = wholeOf(parts)
    const bytesRead = await this.#run("readv", "read", () => {
      // As libuv does (`uv_fs_read` in `src/unix/fs.c`).
      if (parts.length === 0) throw Errno.make("EINVAL")
      return this.#file.read(whole, at)
    })
    if (parts.length > 1) scatter(whole, bytesRead, parts)
    return { bytesRead, buffers }
  }

  async writev<A extends Buffers>(buffers: A, position?: number): Promise<{ bytesWritten: number; buffers: A }> {
    const [parts, at] = [bytesOfAll(buffers), vectorPositionOf(position)]
    const bytesWritten = await this.#run(
      "writev",
      "write",
      // Like Node, makes no system call for an empty list, but makes one for a list of empty buffers.
      () => parts.length === 0 ? Program.sync(() => 0) : this.#file.write(gathered(parts), at)
    )
    return { bytesWritten, buffers }
  }

  /** Reads from the current position to the end. */
  async readFile(options?: Form & Abortable | string | null): Promise<string | Uint8Array> {
    const inForm = formOf(options)
    const signal = typeof options === "object" ? options?.signal : undefined
    return inForm(await this.#run("readFile", "read", () => this.#file.readToEnd("shared"), signal))
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
      for await (const piece of piecesOf(data)) {
        const bytes = bytesOf(piece, encoding)
        const begin = () => bytes.length === 0 ? Program.sync(() => {}) : handle.#file.writeAll(bytes, "shared")
        await handle.#run(method, "write", begin, signal)
      }
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

  createReadStream(options?: streams.ReadOptions) {
    return this.#streams.read(options)
  }

  createWriteStream(options?: streams.WriteOptions) {
    return this.#streams.write(options)
  }

  readLines(options?: streams.ReadOptions) {
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

  #run<A>(method: Method, syscall: string, begin: () => Program.Program<A>, signal?: AbortSignal): Promise<A> {
    const beginOpen = () => {
      // Before the arguments of the operation are checked, as in Node.
      if (this.#isClosed) throw Errno.make("EBADF")
      return begin()
    }
    const name = this.#isClosed ? ofClosed[method] ?? syscall : syscall
    const calling = { method, syscall: name, opened: this.#opened }
    return this.#holding(() => runOnFile(this.#backend, calling, beginOpen, signal))
  }
}
