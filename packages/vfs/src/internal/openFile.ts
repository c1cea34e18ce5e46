/** An open file with a position of its own. After it is closed, it fails with EBADF without any system call. */
import type { Attributes, ExactAttributes } from "../Attributes.js"
import type { Position } from "../FileSystem.js"
import type { ExtendedAttributes, Extent, FileOperations, OpenFlags } from "../InodeOperations.js"
import type { MayWait, Now, Program } from "../Program.js"
import {
  checkBytes,
  checkIds,
  checkLength,
  checkMode,
  checkPosition,
  checkReadSize,
  checkTexts,
  lengthOf
} from "./arguments.js"
import { calling, fail, named, namedIn, writeZero } from "./errno.js"
import type { Handle } from "./handle.js"
import { idOf, isTime, timesOf } from "./inodes.js"
import { readToEnd } from "./readToEnd.js"
import { Semaphore } from "./semaphore.js"
import { writeParts } from "./writeParts.js"
import { Call, Followed, isCall, map, sync, waitFor } from "./program.js"

/**
 * A position at which nothing can be read or written. Seeking to an offset that is not a whole number sets it, so that
 * the next read or write fails.
 */
const NOWHERE = -(2n ** 63n)

/** Where a call without a position of its own reads or writes: at the file's position, or at the offset of the kernel. */
type Current = "shared" | undefined

const isWhole = (offset: bigint | number): boolean => typeof offset === "bigint" || Number.isInteger(offset)

/** Closes a handle. Not every file system names the call that failed. */
const closed = <F>(handle: Handle<F, Now<void>>): Now<void> =>
  calling("close", [], () => {
    const answer = handle.close()
    return isCall(answer) ? new Followed(namedIn("close", [], waitFor(answer))) : undefined
  })

/** Programs in JavaScript also pass numbers, and null for the file's own position. */
const isPlace = (position: Position | undefined): position is bigint => (position ?? "shared") !== "shared"

/** @internal */
export class OpenFile<F> {
  readonly #operations: MayWait<FileOperations<F>>
  readonly #handle: Handle<F, Now<void>>
  readonly #flags: OpenFlags
  /** Runs one call at a time, because overlapping calls would share the position. */
  readonly #one = new Semaphore(1)
  readonly #now: () => number
  #position = 0n

  constructor(
    operations: MayWait<FileOperations<F>>,
    handle: Handle<F, Now<void>>,
    flags: OpenFlags,
    now: () => number
  ) {
    this.#operations = operations
    this.#handle = handle
    this.#flags = flags
    this.#now = now
  }

  /**
   * The file, for callers that pass it to the system. It is `undefined` after the file is closed, since its number can
   * already belong to another file.
   */
  get file(): F | undefined {
    return this.#handle.isOpen ? this.#handle.value : undefined
  }

  close(): Program<void> {
    return sync(() => closed(this.#handle))
  }

  stat(): Program<Attributes> {
    return this.#call("fstat", (file) => this.#operations.getattr(file))
  }

  statExact(): Program<ExactAttributes> {
    return this.#call("fstat", (file) => this.#operations.getattrExact(file))
  }

  sync(): Program<void> {
    return this.#call("fsync", (file) => this.#operations.sync(file))
  }

  datasync(): Program<void> {
    const { datasync, sync } = this.#operations
    return this.#call("fdatasync", datasync ?? sync)
  }

  /** Returns the new position. */
  seek(offset: bigint | number, from: "start" | "current"): Program<bigint> {
    return this.#alone((self) =>
      sync(() => {
        const start = from === "start" ? 0n : self.#position
        return self.#position = isWhole(offset) ? start + BigInt(offset) : NOWHERE
      })
    )
  }

  seekWithin(offset: bigint, from: "start" | "current"): Program<bigint> {
    return this.#alone((self) =>
      sync(() => {
        const position = from === "start" ? offset : self.#position + offset
        checkPosition(position)
        return self.#position = position
      })
    )
  }

  read(buffer: Uint8Array, position?: Position): Program<number> {
    return isPlace(position) ? this.#readAt(buffer, position) : this.#readOn(buffer, position ?? undefined)
  }

  *#readAt(buffer: Uint8Array, position: bigint): Program<number> {
    checkBytes(buffer, "buffer")
    checkPosition(position)
    return buffer.length === 0
      ? 0
      : yield* this.#call("read", (file) => this.#operations.read(file, buffer, Number(position)))
  }

  #readOn(buffer: Uint8Array, current: Current): Program<number> {
    return this.#alone(function*(self) {
      checkBytes(buffer, "buffer")
      // As in Node, reading into an empty buffer makes no system call.
      if (buffer.length === 0) return 0
      const length = yield* self.#call("read", (file) => self.#operations.read(file, buffer, self.#at(current)))
      return self.#moved(length, current)
    })
  }

  *readAlloc(size: number, position?: bigint): Program<Uint8Array> {
    checkReadSize(size)
    const buffer = new Uint8Array(size)
    const length = yield* this.read(buffer, position)
    return length === size ? buffer : buffer.slice(0, length)
  }

  /** Reads from the position to the end of the file. */
  readToEnd(current?: "shared"): Program<Uint8Array> {
    return this.#alone((self) =>
      self.#using("read", (file) =>
        readToEnd((part) => {
          const answer = self.#operations.read(file, part, self.#at(current))
          if (!isCall(answer)) return self.#moved(answer, current)
          return new Call((done) =>
            answer.begin((result) => done("error" in result ? result : { value: self.#moved(result.value, current) }))
          )
        }))
    )
  }

  #moved(length: number, current: Current): number {
    if (current === undefined) this.#position += BigInt(length)
    return length
  }

  /** Alone, since the system looks for data by moving the shared position, and then moves it back. */
  nextData(from: bigint): Program<Extent | undefined> {
    return this.#alone((self) =>
      self.#call("lseek", (file) => self.#dataFrom(file, Number(from)), () => checkPosition(from))
    )
  }

  #dataFrom(file: F, from: number): Now<Extent | undefined> {
    const { getattr, nextData } = this.#operations
    if (nextData !== undefined) return nextData(file, from)
    return map(getattr(file), ({ size }) => from < size ? { start: from, end: size } : undefined)
  }

  truncate(length: number): Program<void> {
    return this.#alone(function*(self) {
      checkLength(length)
      const size = Math.max(0, length)
      yield* self.#call("ftruncate", (file) => self.#operations.truncate(file, size))
      if (!self.#flags.append && self.#position > size) self.#position = BigInt(size)
    })
  }

  chmod(mode: number): Program<void> {
    return this.#call("fchmod", (file) => this.#operations.chmod(file, mode), () => checkMode(mode))
  }

  chown(uid: number, gid: number): Program<void> {
    return this.#call("fchown", (file) => this.#operations.chown(file, idOf(uid), idOf(gid)), () => checkIds(uid, gid))
  }

  utimes(atime: Date | number | bigint, mtime: Date | number | bigint): Program<void> {
    return this.#call("futime", (file) => {
      const times = timesOf(atime, mtime, this.#now)
      if (!times.every(isTime)) fail("EINVAL")
      return this.#operations.utimes(file, ...times)
    })
  }

  getExtendedAttribute(name: string): Program<Uint8Array | undefined> {
    return this.#call("fgetxattr", (file) => this.#extended.get(file, name), () => checkTexts([name]))
  }

  listExtendedAttributes(): Program<ReadonlyArray<string>> {
    return this.#call("flistxattr", (file) => this.#extended.list(file))
  }

  setExtendedAttribute(name: string, value: Uint8Array): Program<void> {
    return this.#call("fsetxattr", (file) => this.#extended.set(file, name, value), () => {
      checkTexts([name])
      checkBytes(value, "value")
    })
  }

  removeExtendedAttribute(name: string): Program<void> {
    return this.#call("fremovexattr", (file) => this.#extended.remove(file, name), () => checkTexts([name]))
  }

  get #extended(): MayWait<ExtendedAttributes<F>> {
    return this.#operations.extendedAttributes ?? fail("ENOTSUP")
  }

  write(bytes: Uint8Array, position?: Position): Program<number> {
    return isPlace(position)
      ? this.#writeAt(bytes, position)
      : this.#alone((self) => self.#write(bytes, position ?? undefined))
  }

  /** The kernel ignores the position of a file that was opened to append (`pwrite(2)`, "BUGS"). */
  *#writeAt(bytes: Uint8Array, position: bigint): Program<number> {
    checkPosition(position)
    return yield* this.#call(
      "write",
      (file) => this.#operations.write(file, bytes, Number(position)),
      () => checkBytes(bytes)
    )
  }

  /** As with platform-node's `FileSystem`, writing an empty buffer fails with `WriteZero`. */
  writeAll(bytes: Uint8Array, current?: "shared"): Program<void> {
    const size = lengthOf(bytes)
    return this.#alone(function*(self) {
      yield* writeParts(bytes, size, (rest) => new Followed(self.#write(rest, current)))
      if (size === 0) writeZero()
    })
  }

  /** Moves as soon as the call has ended, even if it was interrupted: the next one must not overwrite what it wrote. */
  *#write(bytes: Uint8Array, current: Current): Program<number> {
    const { append } = this.#flags
    const at = append ? undefined : this.#at(current)
    return yield* this.#call(
      "write",
      (file) =>
        map(this.#operations.write(file, bytes, at), (length) => append ? length : this.#moved(length, current)),
      () => checkBytes(bytes)
    )
  }

  /** The position for a call of the system, which has none where the kernel's own offset is used. */
  #at(current: Current): number | undefined {
    if (current === "shared") return undefined
    checkPosition(this.#position)
    return Number(this.#position)
  }

  #alone<A>(program: (self: this) => Program<A>): Program<A> {
    return this.#one.hold(() => program(this))
  }

  /** `check` refuses arguments before anything else, as Node does. */
  #call<A>(syscall: string, begin: (file: F) => Now<A>, check?: () => void): Program<A> {
    return sync(() => {
      check?.()
      try {
        const answer = begin(this.#handle.value)
        // If it does not wait, nobody can close the file meanwhile.
        return isCall(answer) ? new Followed(this.#using(syscall, () => waitFor(answer))) : answer
      } catch (thrown) {
        throw named(thrown, syscall, [])
      }
    })
  }

  /**
   * Runs a program with the open file. The file stays open until the program ends, even if it is closed before that.
   */
  *#using<A>(syscall: string, use: (file: F) => Program<A>): Program<A> {
    const held = calling(syscall, [], () => this.#handle.retain())
    try {
      return yield* use(held.value)
    } catch (thrown) {
      throw named(thrown, syscall, [])
    } finally {
      yield* waitFor(closed(held))
    }
  }
}
