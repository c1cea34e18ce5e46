/** An open file as `FileSystem.open` gives it. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type { File } from "@procfsroot/vfs/FileSystem"
import type { Program } from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Backend } from "../../VfsFileSystem.js"
import { info } from "./info.js"
import { run } from "./program.js"

/** No descriptor at all: what a closed file shows of itself. */
const CLOSED = -1

/** @internal */
export class OpenFile<F> implements FileSystem.File {
  readonly [FileSystem.FileTypeId]: FileSystem.FileTypeId = FileSystem.FileTypeId
  readonly #backend: Backend<F>
  readonly #file: File<F>
  /** What its errors name, also once it is closed. */
  readonly #descriptor: number
  readonly #opened: F

  constructor(backend: Backend<F>, file: File<F>, opened: F) {
    this.#backend = backend
    this.#file = file
    this.#opened = opened
    this.#descriptor = backend.descriptorOf(opened)
  }

  /** For whoever passes it on to the system; −1 once the file is closed: the number may be another file's by then. */
  get fd(): FileSystem.File.Descriptor {
    return FileSystem.FileDescriptor(this.#file.file === undefined ? CLOSED : this.#descriptor)
  }

  /** Once; fails where the system says only now that it could not write. */
  get close(): Effect.Effect<void, PlatformError> {
    return Effect.uninterruptible(this.#perform("open", "close", (file) => file.close()))
  }

  #perform<A>(method: string, syscall: string, begin: (file: File<F>) => Program<A>): Effect.Effect<A, PlatformError> {
    return this.#backend.perform({
      method,
      operation: method,
      subject: this.#descriptor,
      syscall,
      texts: [],
      places: [],
      opened: this.#opened,
      begin: () => begin(this.#file)
    })
  }

  get stat(): Effect.Effect<FileSystem.File.Info, PlatformError> {
    return Effect.map(this.#perform("stat", "fstat", (file) => file.stat()), info)
  }

  get sync(): Effect.Effect<void, PlatformError> {
    return this.#perform("sync", "fsync", (file) => file.sync())
  }

  /** The type knows of no answer, but Node's `FileSystem` gives the new position, and Effect's own tests ask for it. */
  seek(offset: FileSystem.SizeInput, from: FileSystem.SeekMode): Effect.Effect<FileSystem.Size> {
    return Effect.map(Effect.orDie(run(() => this.#file.seek(offset, from), Effect.die)), FileSystem.Size)
  }

  read(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return Effect.map(this.#perform("read", "read", (file) => file.read(buffer)), FileSystem.Size)
  }

  readAlloc(size: FileSystem.SizeInput): Effect.Effect<Option.Option<Uint8Array>, PlatformError> {
    return Effect.map(
      this.#perform("readAlloc", "read", (file) => file.readAlloc(Number(size))),
      (bytes) => bytes.length === 0 ? Option.none() : Option.some(bytes)
    )
  }

  truncate(length?: FileSystem.SizeInput): Effect.Effect<void, PlatformError> {
    return this.#perform("truncate", "ftruncate", (file) => file.truncate(Number(length ?? 0)))
  }

  write(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return Effect.map(this.#perform("write", "write", (file) => file.write(buffer)), FileSystem.Size)
  }

  writeAll(buffer: Uint8Array): Effect.Effect<void, PlatformError> {
    return this.#perform("writeAll", "write", (file) => file.writeAll(buffer))
  }
}
