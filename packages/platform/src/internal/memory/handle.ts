/** An open file as `FileSystem.open` gives it: the class of platform-node, with descriptors of the fake. */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { info } from "./attributes.js"
import { fail } from "./errno.js"
import { pathOf } from "./inode.js"
import * as openFile from "./openFile.js"
import { type Machine, perform, performOpen } from "./operation.js"
import { checkInteger, checkMode } from "./platformError.js"
import type { World } from "./world.js"

const DEFAULT_MODE = 0o666

/** The lowest number that is free, as in `open(2)`; three are taken from the start. */
const allocate = ({ descriptors }: World): number => {
  let fd = 3
  while (descriptors.has(fd)) fd++
  descriptors.add(fd)
  return fd
}

/** @internal */
export const open = (machine: Machine) =>
(
  path: string,
  { flag = "r", mode = DEFAULT_MODE }: FileSystem.OpenFileOptions = {}
): Effect.Effect<FileSystem.File, PlatformError, Scope.Scope> =>
  Effect.acquireRelease(
    perform(machine, {
      method: "open",
      subject: path,
      syscall: "open",
      texts: [path],
      places: [path],
      run: (world) => {
        checkMode(mode)
        const opened = openFile.open(world, path, openFile.flagsOf(flag), mode)
        return new Handle(machine, opened, allocate(world))
      }
    }),
    (handle) => Effect.sync(() => handle.close())
  )

/** The longest `Buffer` of Node 20, of which there is one for each read. */
const MAX_BUFFER = 2 ** 32

/** Where nothing can be read or written: whoever seeks to what is no whole number hears of it then, `seek` cannot fail. */
const NOWHERE = -(2n ** 63n)

const isWhole = (offset: FileSystem.SizeInput): boolean => typeof offset === "bigint" || Number.isInteger(offset)

class Handle implements FileSystem.File {
  readonly [FileSystem.FileTypeId]: FileSystem.FileTypeId = FileSystem.FileTypeId
  readonly fd: FileSystem.File.Descriptor
  private readonly machine: Machine
  private readonly file: openFile.OpenFile
  /** Where it was when it was opened. */
  private readonly path: string
  private position = 0n
  private closed = false

  constructor(machine: Machine, file: openFile.OpenFile, fd: number) {
    this.machine = machine
    this.file = file
    this.fd = FileSystem.FileDescriptor(fd)
    this.path = pathOf(file.node)
  }

  close(): void {
    this.closed = true
    this.machine.world.descriptors.delete(this.fd)
  }

  private perform<A>(method: string, syscall: string, run: (world: World) => A): Effect.Effect<A, PlatformError> {
    return performOpen(this.machine, this.path, {
      method,
      subject: this.fd,
      syscall,
      texts: [],
      places: [],
      run: (world) => this.closed ? fail("EBADF") : run(world)
    })
  }

  get stat() {
    return this.perform("stat", "fstat", () => info(this.file.node))
  }

  get sync() {
    return this.perform("sync", "fsync", () => this.file.node._tag === "Special" ? fail("EINVAL") : undefined)
  }

  /** The type knows of no answer, but platform-node gives the new position, and Effect's own tests ask for it. */
  seek(offset: FileSystem.SizeInput, from: FileSystem.SeekMode): Effect.Effect<FileSystem.Size> {
    return Effect.sync(() => {
      const start = from === "start" ? 0n : this.position
      this.position = isWhole(offset) ? start + BigInt(offset) : NOWHERE
      return FileSystem.Size(this.position)
    })
  }

  /** platform-node reads and writes at positions, which a fifo has not. */
  private at(): number {
    if (this.file.node._tag === "Special") fail("ESPIPE")
    const at = Number(this.position)
    checkInteger(at, "position", 0, Number.MAX_SAFE_INTEGER)
    return at
  }

  private take(length: number): Uint8Array {
    const at = this.at()
    const bytes = openFile.read(this.file, at, length)
    this.position += BigInt(bytes.length)
    return bytes
  }

  read(buffer: Uint8Array) {
    return this.perform("read", "read", () => {
      // Node asks the system for nothing where there is no room.
      if (buffer.length === 0) return FileSystem.Size(0)
      const bytes = this.take(buffer.length)
      buffer.set(bytes)
      return FileSystem.Size(bytes.length)
    })
  }

  readAlloc(size: FileSystem.SizeInput) {
    return this.perform("readAlloc", "read", () => {
      const length = Number(size)
      checkInteger(length, "size", 0, MAX_BUFFER)
      if (length === 0) return Option.none()
      const bytes = this.take(length)
      return bytes.length === 0 ? Option.none() : Option.some(bytes.slice())
    })
  }

  truncate(length?: FileSystem.SizeInput) {
    return this.perform("truncate", "ftruncate", (world) => {
      const size = Number(length ?? 0)
      checkInteger(size, "len", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
      openFile.truncate(world, this.file, size)
      const end = BigInt(Math.max(0, size))
      if (!this.file.flags.append && this.position > end) this.position = end
    })
  }

  private put(world: World, buffer: Uint8Array): FileSystem.Size {
    const { append } = this.file.flags
    openFile.write(world, this.file, buffer, append ? 0 : this.at())
    if (!append) this.position += BigInt(buffer.length)
    return FileSystem.Size(buffer.length)
  }

  write(buffer: Uint8Array) {
    return this.perform("write", "write", (world) => this.put(world, buffer))
  }

  writeAll(buffer: Uint8Array) {
    return Effect.flatMap(
      this.perform("writeAll", "write", (world) => this.put(world, buffer)),
      // platform-node takes a write of nothing for a device that takes nothing.
      (written) => written === 0n ? Effect.fail(this.writeZero()) : Effect.void
    )
  }

  private writeZero(): PlatformError {
    return new SystemError({
      module: "FileSystem",
      method: "writeAll",
      reason: "WriteZero",
      pathOrDescriptor: this.fd,
      description: "write returned 0 bytes written"
    })
  }
}
