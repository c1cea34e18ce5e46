/** An open file of the `FileSystem` contract. Once its scope has ended, it answers EBADF and asks the system for nothing. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { fstat, fsync, ftruncate, read, type Stats, write } from "node:fs"
import type { Handle } from "../handle.js"
import { type Done, pooled, writeZero } from "./operation.js"

const types: ReadonlyArray<readonly [test: (stats: Stats) => boolean, type: FileSystem.File.Type]> = [
  [(stats) => stats.isFile(), "File"],
  [(stats) => stats.isDirectory(), "Directory"],
  [(stats) => stats.isSymbolicLink(), "SymbolicLink"],
  [(stats) => stats.isBlockDevice(), "BlockDevice"],
  [(stats) => stats.isCharacterDevice(), "CharacterDevice"],
  [(stats) => stats.isFIFO(), "FIFO"],
  [(stats) => stats.isSocket(), "Socket"]
]

/** @internal */
export const info = (stats: Stats): FileSystem.File.Info => ({
  type: types.find(([test]) => test(stats))?.[1] ?? "Unknown",
  mtime: Option.some(stats.mtime),
  atime: Option.some(stats.atime),
  birthtime: Option.some(stats.birthtime),
  dev: stats.dev,
  ino: Option.some(stats.ino),
  mode: stats.mode,
  nlink: Option.some(stats.nlink),
  uid: Option.some(stats.uid),
  gid: Option.some(stats.gid),
  rdev: Option.some(stats.rdev),
  size: FileSystem.Size(stats.size),
  blksize: Option.some(FileSystem.Size(stats.blksize)),
  blocks: Option.some(stats.blocks)
})

/** How an open file is closed, by the last call that uses it. */
type FileHandle = Handle<number, Effect.Effect<void, PlatformError>>

/** No descriptor at all: what a closed file shows of itself. */
const CLOSED = -1

/** To be heard by whoever waits for it: an interruption must not come between the handle and the descriptor. */
const closeHandle = (handle: FileHandle): Effect.Effect<void, PlatformError> =>
  Effect.uninterruptible(Effect.suspend(() => handle.close() ?? Effect.void))

/** @internal */
export class OpenFile implements FileSystem.File {
  readonly [FileSystem.FileTypeId]: FileSystem.FileTypeId = FileSystem.FileTypeId
  readonly #handle: FileHandle
  /** What its errors name: the descriptor, as Node's do. */
  readonly #path: string | number
  readonly #append: boolean
  /** The position is kept here, not by the kernel: calls that overlap would share the kernel's. */
  readonly #one = Effect.unsafeMakeSemaphore(1).withPermits(1)
  #position = 0n

  constructor(handle: FileHandle, path: string | number, append: boolean) {
    this.#handle = handle
    this.#path = path
    this.#append = append
  }

  /** For whoever passes it on to the system; −1 once the file is closed, since the number may be another file's by then. */
  get fd(): FileSystem.File.Descriptor {
    return FileSystem.FileDescriptor(this.#handle.isOpen ? this.#handle.value : CLOSED)
  }

  /** Once; fails where the system says only now that it could not write. */
  get close(): Effect.Effect<void, PlatformError> {
    return closeHandle(this.#handle)
  }

  /** One call on the thread pool. The descriptor is closed after it, even if the scope ends meanwhile. */
  #call<A>(
    method: string,
    syscall: string,
    begin: (fd: number, done: Done<A>) => void
  ): Effect.Effect<A, PlatformError> {
    return Effect.uninterruptible(Effect.suspend(() => {
      if (!this.#handle.isOpen) {
        return Effect.fail(FileSystemError.fromFailure(method, this.#path, { code: "EBADF", syscall }))
      }
      const held = this.#handle.retain()
      const called = pooled<A>(method, this.#path, (done) => begin(held.value, done))
      return Effect.flatMap(Effect.exit(called), (exit) => Effect.zipRight(closeHandle(held), exit))
    }))
  }

  get stat(): Effect.Effect<FileSystem.File.Info, PlatformError> {
    return Effect.map(this.#call<Stats>("stat", "fstat", (fd, done) => fstat(fd, done)), info)
  }

  get sync(): Effect.Effect<void, PlatformError> {
    return this.#call<void>("sync", "fsync", (fd, done) => fsync(fd, (error) => done(error)))
  }

  seek(offset: FileSystem.SizeInput, from: FileSystem.SeekMode): Effect.Effect<void> {
    return this.#one(Effect.sync(() => {
      this.#position = from === "start" ? FileSystem.Size(offset) : this.#position + FileSystem.Size(offset)
    }))
  }

  read(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return this.#one(Effect.map(this.#read("read", buffer), FileSystem.Size))
  }

  readAlloc(size: FileSystem.SizeInput): Effect.Effect<Option.Option<Uint8Array>, PlatformError> {
    return this.#one(Effect.suspend(() => {
      const buffer = new Uint8Array(Number(size))
      return Effect.map(
        this.#read("readAlloc", buffer),
        (length) =>
          length === 0 ? Option.none() : Option.some(length === buffer.length ? buffer : buffer.slice(0, length))
      )
    }))
  }

  truncate(length?: FileSystem.SizeInput): Effect.Effect<void, PlatformError> {
    const size = FileSystem.Size(length ?? 0)
    return this.#one(Effect.map(
      this.#call<void>("truncate", "ftruncate", (fd, done) => ftruncate(fd, Number(size), (error) => done(error))),
      () => {
        if (!this.#append && this.#position > size) this.#position = size
      }
    ))
  }

  write(buffer: Uint8Array): Effect.Effect<FileSystem.Size, PlatformError> {
    return this.#one(Effect.map(this.#write("write", buffer), FileSystem.Size))
  }

  writeAll(buffer: Uint8Array): Effect.Effect<void, PlatformError> {
    return this.#one(this.#writeRest(buffer))
  }

  #read(method: string, buffer: Uint8Array): Effect.Effect<number, PlatformError> {
    return Effect.map(
      this.#call<number>(method, "read", (fd, done) => read(fd, buffer, 0, buffer.length, this.#position, done)),
      (length) => {
        this.#position += BigInt(length)
        return length
      }
    )
  }

  #write(method: string, buffer: Uint8Array): Effect.Effect<number, PlatformError> {
    return Effect.map(
      this.#call<number>(
        method,
        "write",
        (fd, done) => write(fd, buffer, 0, buffer.length, this.#append ? null : Number(this.#position), done)
      ),
      (length) => {
        if (!this.#append) this.#position += BigInt(length)
        return length
      }
    )
  }

  #writeRest(buffer: Uint8Array): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(this.#write("writeAll", buffer), (length) => {
      // As NodeFileSystem, also where there was nothing to write.
      if (length === 0) return Effect.fail(writeZero("writeAll", this.#path))
      return length < buffer.length ? this.#writeRest(buffer.subarray(length)) : Effect.void
    })
  }
}
