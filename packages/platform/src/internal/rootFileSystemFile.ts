/** An open file, which shows no host path, and is closed once its scope has ended. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { Option } from "effect/Option"
import { fromFailure, fromUnknown } from "./fileSystemError.js"
import { badArgument, isCount, isLength } from "./numbers.js"
import type { OperationContext } from "./rootFileSystemPaths.js"

/** No descriptor at all: what a closed file shows of itself. */
const CLOSED = -1

/** @internal */
export class OpenFile implements FileSystem.File {
  readonly [FileSystem.FileTypeId]: FileSystem.FileTypeId = FileSystem.FileTypeId
  readonly #file: FileSystem.File
  readonly #path: string
  readonly #append: boolean
  #isClosed = false
  #isBeforeStart = false

  constructor(file: FileSystem.File, { path }: OperationContext, append: boolean) {
    this.#file = file
    this.#path = path
    this.#append = append
  }

  /** From now on every call is EBADF: by then the number of the descriptor may be another file's. */
  close(): void {
    this.#isClosed = true
  }

  get fd(): FileSystem.File.Descriptor {
    return this.#isClosed ? FileSystem.FileDescriptor(CLOSED) : this.#file.fd
  }

  get stat(): Effect.Effect<FileSystem.File.Info, PlatformError> {
    return this.#call("stat", "fstat", (file) => file.stat)
  }

  get sync(): Effect.Effect<void, PlatformError> {
    return this.#call("sync", "fsync", (file) => file.sync)
  }

  /** Gives what the file below gives, which for Node's is the new position. */
  seek(offset: FileSystem.SizeInput, from: FileSystem.SeekMode): Effect.Effect<void> {
    return Effect.suspend(() =>
      Effect.tap(this.#file.seek(offset, from) as Effect.Effect<unknown>, (position) => { // its type hides the position
        this.#isBeforeStart = typeof position === "bigint" && position < 0n
      }) as Effect.Effect<void> // as the interface has it
    )
  }

  read(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return this.#call("read", "read", (file) => file.read(buffer), () => this.#isBeforeStart)
  }

  readAlloc(size: FileSystem.SizeInput): Effect.Effect<Option<Uint8Array>, PlatformError> {
    return this.#call("readAlloc", "read", (file) => file.readAlloc(size), () => this.#isBeforeStart || !isCount(size))
  }

  truncate(length?: FileSystem.SizeInput): Effect.Effect<void, PlatformError> {
    return this.#call("truncate", "ftruncate", (file) => file.truncate(length), () => !isLength(length))
  }

  write(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return this.#call("write", "write", (file) => file.write(buffer), () => this.#isBeforeStart && !this.#append)
  }

  writeAll(buffer: Uint8Array): Effect.Effect<void, PlatformError> {
    return this.#call("writeAll", "write", (file) => file.writeAll(buffer), () => this.#isBeforeStart && !this.#append)
  }

  /** Node takes −1 for the position that the kernel keeps, and a length that is no number for a defect. */
  #call<A>(
    method: string,
    syscall: string,
    run: (file: FileSystem.File) => Effect.Effect<A, PlatformError>,
    isRefused: () => boolean = () => false
  ): Effect.Effect<A, PlatformError> {
    return Effect.suspend(() => {
      if (isRefused()) return Effect.fail(badArgument(method))
      if (this.#isClosed) return Effect.fail(fromFailure(method, this.#path, { code: "EBADF", syscall }))
      return Effect.mapError(run(this.#file), (error) => fromUnknown(method, this.#path, error))
    })
  }
}
