/**
 * The streams of an open file. The streams of `node:stream` are Node's own, and call the functions of the handle
 * instead of those of `node:fs`. Node's modules are loaded only when they are used, so that everything else works
 * in a browser.
 */
import type * as NodeFs from "node:fs"
import type * as NodePromises from "node:fs/promises"
import type * as NodeReadline from "node:readline"
import { errnoError } from "../errnoError.js"
import { isDeno } from "../runtime.js"
import { invalidState, invalidType, notImplemented } from "./errors.js"
import { classesOf } from "./nodeStreams.js"

/**
 * The members of a file that a stream uses.
 *
 * @internal
 */
export interface Streamed {
  readonly fd: number
  /** What its streams have as `fd` while it is open. */
  readonly descriptor?: number
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position?: Position
  ) => Promise<{ readonly bytesRead: number }>
  readonly write: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position?: Position
  ) => Promise<{ readonly bytesWritten: number }>
  readonly writev: (
    buffers: ReadonlyArray<Uint8Array>,
    position?: Position
  ) => Promise<{ readonly bytesWritten: number }>
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}

type Position = number | undefined

interface Stream {
  /** Ends the stream, possibly later. */
  readonly close: () => void
}

/** @internal */
export type ReadOptions = NodePromises.CreateReadStreamOptions

/** @internal */
export type WriteOptions = NodePromises.CreateWriteStreamOptions

/** @internal */
export interface WebOptions {
  readonly type?: unknown
  /** Closes the file when the stream has ended (Node 24). */
  readonly autoClose?: boolean | undefined
}

type Bytes = Uint8Array

type Vector = ReadonlyArray<Uint8Array>

type Done = (error: unknown) => void

/**
 * A stream takes the buffers from here: after a write of only a part, it writes the rest of them, and after an error of
 * EAGAIN all of them again.
 */
type TransferDone<B> = (error: unknown, bytes?: number, buffers?: B) => void

/** Tests replace it later. Browsers lack it, and streams that need it. */
const nextTick = globalThis.process?.nextTick

/**
 * Calls a callback at the end, and outside of the promise: what a listener of the stream throws is an uncaught
 * exception, as in Node, and not a rejection.
 *
 * @internal
 */
export const passTo = <A>(promise: Promise<A>, failed: Done, ended: (value: A) => void): void => {
  promise.then((value) => nextTick(ended, value), (error) => nextTick(failed, error))
}

/** How many bytes a web stream reads at once if the reader passes no buffer; the same as in Node. */
const CHUNK = 16_384

/**
 * A module of Node. Throws if this is not Node. The streams have to be Node's own: programs check them with
 * `instanceof`, and pass them to `pipeline`.
 */
const builtin = <Id extends "node:events" | "node:fs" | "node:readline">(id: Id, method: string) => {
  // Bundlers replace `process` with an object that has fewer functions.
  const found = typeof process === "undefined" ? undefined : process.getBuiltinModule?.(id)
  return found ?? notImplemented(method)
}

/**
 * Larger than the number of every descriptor. In memory and in an archive, files have none, but a stream needs one.
 * There, functions of `node:fs` would work on another file of the process if they got a smaller number.
 *
 * @internal
 */
export const NO_DESCRIPTOR = 2 ** 31 - 1

/** @internal */
export const descriptorOf = ({ descriptor = NO_DESCRIPTOR }: Streamed): number => descriptor

type Written = ReturnType<Streamed["write"]>

const writeAll = async (file: Streamed, bytes: Bytes, offset: number, length: number, at: Position): Written => {
  let all = 0
  for (;;) {
    const position = at === undefined ? undefined : at + all
    const { bytesWritten } = await file.write(bytes, offset + all, length - all, position)
    all += bytesWritten
    if (all === length) return { bytesWritten: all }
    if (bytesWritten === 0) throw errnoError("EIO", "write")
  }
}

/** Deno's streams take a write of a part for one of everything. */
const write = (file: Streamed, bytes: Bytes, offset: number, length: number, position: Position): Written =>
  isDeno ? writeAll(file, bytes, offset, length, position) : file.write(bytes, offset, length, position)

const writev = (file: Streamed, buffers: Vector, position: Position): Written => {
  if (!isDeno) return file.writev(buffers, position)
  const bytes = Buffer.concat(buffers)
  return writeAll(file, bytes, 0, bytes.length, position)
}

/**
 * The functions of `node:fs` that a stream calls. They work on the file, and ignore the descriptor that is passed.
 *
 * @internal
 */
export const callsOf = (file: () => Streamed, ended: () => void = () => {}) => ({
  read: (_: number, buffer: Bytes, offset: number, length: number, position: Position, done: TransferDone<Bytes>) => {
    passTo(file().read(buffer, offset, length, position), done, ({ bytesRead }) => done(null, bytesRead, buffer))
  },
  write: (_: number, buffer: Bytes, offset: number, length: number, at: Position, done: TransferDone<Bytes>) => {
    // After a part, Node adds its length to the position, even if there is none (`writeAll` in
    // `lib/internal/fs/streams.js`).
    const position = Number.isNaN(at) ? undefined : at
    passTo(
      write(file(), buffer, offset, length, position),
      (error) => done(error, 0, buffer),
      ({ bytesWritten }) => done(null, bytesWritten, buffer)
    )
  },
  writev: (_: number, buffers: Vector, position: Position, done: TransferDone<Vector>) => {
    passTo(
      writev(file(), buffers, position),
      (error) => done(error, 0, buffers),
      ({ bytesWritten }) => done(null, bytesWritten, buffers)
    )
  },
  fsync: (_: number, done: Done) => passTo(file().sync(), done, () => done(null)),
  close: (_: number, done: Done) => {
    ended()
    passTo(file().close(), done, () => done(null))
  }
})

const targetOf = (file: Streamed, isOpen: boolean, ended: () => void) => ({
  fd: isOpen ? descriptorOf(file) : file.fd,
  fs: callsOf(() => file, ended)
})

type Target = ReturnType<typeof targetOf>

/**
 * Options with others in place of some. Node also uses inherited options, so those of the caller are inherited.
 *
 * @internal
 */
export const overriding = <A extends object, B extends object>(options: A, others: B): Omit<A, keyof B> & B =>
  Object.create(options, Object.getOwnPropertyDescriptors(others))

/** Node's handles ignore options that are not an object, such as `null` or an encoding. */
const optionsOf = <A extends object>(options: A | null | undefined): Partial<A> =>
  typeof options === "object" && options !== null ? options : {}

/**
 * The streams of one file. The file is closed after the last of them.
 *
 * @internal
 */
export class Streams {
  readonly #file: Streamed
  readonly #isOpen: () => boolean
  readonly #open = new Set<Stream>()
  #whenEnded: (() => void) | undefined = undefined
  #isLocked = false

  constructor(file: Streamed, isOpen: () => boolean) {
    this.#file = file
    this.#isOpen = isOpen
  }

  /** Ends all streams, and calls `then` after the last. */
  close(then: () => void): void {
    this.#whenEnded = then
    for (const stream of this.#open) stream.close()
    this.#settle()
  }

  #ended(stream: Stream): void {
    this.#open.delete(stream)
    this.#settle()
  }

  #settle(): void {
    if (this.#open.size > 0) return
    const then = this.#whenEnded
    this.#whenEnded = undefined
    then?.()
  }

  read(given?: ReadOptions | null): NodeFs.ReadStream {
    const options = optionsOf(given)
    const { ReadStream } = classesOf(builtin("node:fs", "createReadStream"))
    return this.#opened(
      (target) => new ReadStream("", overriding(options, { ...target, encoding: options.encoding ?? undefined })),
      (stream) => stream.close()
    )
  }

  write(given?: WriteOptions | null): NodeFs.WriteStream {
    const options = optionsOf(given)
    const { WriteStream } = classesOf(builtin("node:fs", "createWriteStream"))
    const { errorMonitor } = builtin("node:events", "createWriteStream")
    return this.#opened(
      (target) => new WriteStream("", overriding(options, { ...target, encoding: options.encoding ?? undefined })),
      (stream) => {
        // On a stream that stays open after it has finished or failed, `close` would wait for an event that has already
        // happened, or never happens (`WriteStream.prototype.close` in Node's `lib/internal/fs/streams.js`).
        if (stream.writableFinished || stream.errored !== null) stream.destroy()
        else stream.once(errorMonitor, () => stream.destroy()).close()
      }
    )
  }

  /** Makes a stream of Node. If its signal is already aborted, it calls `close` before it is returned. */
  #opened<S extends object>(make: (target: Target) => S, close: (stream: S) => void): S {
    let made: S | undefined
    const stream: Stream = {
      close: () => {
        if (made !== undefined) close(made)
      }
    }
    this.#open.add(stream)
    try {
      return made = make(targetOf(this.#file, this.#isOpen(), () => this.#ended(stream)))
    } catch (error) {
      this.#ended(stream)
      throw error
    }
  }

  lines(options?: ReadOptions | null): NodeReadline.Interface {
    const { createInterface } = builtin("node:readline", "readLines")
    return createInterface({ input: this.read(options), crlfDelay: Infinity })
  }

  /** A stream of bytes, as in Node 24. A file can have only one. */
  web({ autoClose = false, type }: WebOptions = {}, isClosing: boolean): ReadableStream<Uint8Array> {
    const file = this.#file
    if (!this.#isOpen()) throw invalidState("The FileHandle is closed")
    if (isClosing) throw invalidState("The FileHandle is closing")
    if (this.#isLocked) throw invalidState("The FileHandle is locked")
    if (type !== undefined && typeof type !== "string") throw invalidType("options.type", "a string")
    this.#isLocked = true
    const read = async (size: number): Promise<Uint8Array> => {
      const buffer = new Uint8Array(size)
      const { bytesRead } = await file.read(buffer, 0, size)
      return buffer.subarray(0, bytesRead)
    }
    return webStream(read, {
      opened: (stream) => this.#open.add(stream),
      ended: (stream) => this.#ended(stream),
      close: () => autoClose ? file.close() : undefined
    })
  }
}

interface Owner {
  readonly opened: (stream: Stream) => void
  readonly ended: (stream: Stream) => void
  /** Closes the file, if `autoClose` is set. */
  readonly close: () => Promise<void> | undefined
}

/** Reads each part into a new buffer: the reader's buffer could be detached during the read. */
const webStream = (read: (size: number) => Promise<Uint8Array>, owner: Owner): ReadableStream<Uint8Array> => {
  let isOver = false
  let stream: Stream
  const end = () => {
    isOver = true
    owner.ended(stream)
  }
  /** Throws if the reader's buffer has elements of several bytes, and the last one is not complete. */
  const finish = (controller: ReadableByteStreamController) => {
    try {
      controller.close()
      // Only this returns the buffer to a reader that passed one.
      controller.byobRequest?.respond(0)
    } finally {
      end()
    }
  }
  return new ReadableStream({
    type: "bytes",
    start: (controller) => {
      stream = {
        close: () => {
          try {
            finish(controller)
          } catch {
            // The stream has failed with this error, and its reader learns it.
          }
        }
      }
      owner.opened(stream)
    },
    pull: async (controller) => {
      const size = controller.byobRequest?.view?.byteLength ?? CHUNK
      const bytes = await read(size).catch((error: unknown) => {
        end()
        throw error
      })
      if (isOver) return
      if (bytes.length > 0) return controller.enqueue(bytes)
      try {
        finish(controller)
      } finally {
        await owner.close()
      }
    },
    cancel: async () => {
      end()
      await owner.close()
    }
  })
}
