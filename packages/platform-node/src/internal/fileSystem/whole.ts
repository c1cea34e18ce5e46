/** Files that are read, written or copied as a whole, each by calls on the thread pool between which it can be interrupted. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { close, closeSync, fchmodSync, ftruncateSync, read, statfsSync, unlinkSync, write } from "node:fs"
import { descriptorPath } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { Handle } from "../handle.js"
import { childPath } from "./foundFiles.js"
import { type Identity, isSame, stat, statName } from "./identity.js"
import type { Slot } from "./inside.js"
import type { Opened } from "./open.js"
import { operation, pooled, writeZero } from "./operation.js"

/** How much of a file without a size (those of procfs) is read at once. */
const CHUNK = 65_536

/** How much of a file is copied at once. */
const COPIED = 1_048_576

/** The most that `fs.readFile` reads: no call of the pool takes more (`kIoMaxLength` in Node's `lib/internal/fs/utils.js`). */
const LARGEST = 2 ** 31 - 1

/**
 * Closes a file that was only read: nothing is lost, whatever the kernel says of it.
 *
 * @internal
 */
export const closeQuietly = (fd: number): void => {
  try {
    closeSync(fd)
  } catch {
    // The descriptor is gone in any case (`close(2)`).
  }
}

/**
 * Closes a file that was written: a file system may write it out only now, take its time, and fail (EIO, ENOSPC, EDQUOT).
 *
 * @internal
 */
export const closeWritten = (method: string, path: string | number, fd: number): Effect.Effect<void, PlatformError> =>
  pooled<void>(method, path, (done) => close(fd, (error) => done(error ?? null)))

const sizeOf = (fd: number): number => {
  const size = Number(stat(fd).size)
  if (size > LARGEST) throw errnoError("ERR_FS_FILE_TOO_LARGE", "read")
  return size
}

/**
 * As Node reads a whole file: what it holds up to its size, or up to its end where it has none; from where the kernel's
 * own position is, as with `writeWhole`.
 *
 * @internal
 */
export const readWhole = (fd: number, path: string): Effect.Effect<Uint8Array, PlatformError> =>
  Effect.gen(function*() {
    const parts: Array<Uint8Array> = []
    let left = (yield* operation("readFile", path, () => sizeOf(fd))) || Number.POSITIVE_INFINITY
    while (left > 0) {
      const part = new Uint8Array(Number.isFinite(left) ? left : CHUNK)
      const length = yield* pooled<number>("readFile", path, (done) => read(fd, part, 0, part.length, null, done))
      if (length === 0) break
      parts.push(length === part.length ? part : part.slice(0, length))
      left -= length
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(parts))
  })

/**
 * One part after the other, where the kernel's own position is: what is no regular file has none to be asked for.
 *
 * @internal
 */
export const writeWhole = (
  method: string,
  path: string,
  fd: number,
  data: Uint8Array
): Effect.Effect<void, PlatformError> =>
  data.length === 0
    ? Effect.void
    : Effect.flatMap(
      pooled<number>(method, path, (done) => write(fd, data, 0, data.length, null, done)),
      (length) =>
        length === 0
          // Asked again, a file system that takes nothing and reports no error might never take anything.
          ? Effect.fail(writeZero(method, path))
          : writeWhole(method, path, fd, data.subarray(length))
    )

/** What an operation was asked, for its errors. */
interface Asked {
  readonly method: string
  readonly path: string
}

/** Up to the size that the file has now, so that one that grows meanwhile comes to an end. */
const copyBytes = ({ method, path }: Asked, from: number, to: number): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    let left = Number(stat(from).size) || Number.POSITIVE_INFINITY
    const chunk = new Uint8Array(Math.min(left, Number.isFinite(left) ? COPIED : CHUNK))
    while (left > 0) {
      const length = yield* pooled<number>(
        method,
        path,
        (done) => read(from, chunk, 0, Math.min(left, chunk.length), null, done)
      )
      if (length === 0) return
      yield* writeWhole(method, path, to, chunk.subarray(0, length))
      left -= length
    }
  })

/** `CIFS_SUPER_MAGIC` in `include/uapi/linux/magic.h`. */
const CIFS = 0xff534d42

const SET_ID = 0o6000

/** As libuv does: a share of Windows has no mode, and refuses every change of one (`uv__fs_copyfile` in `src/unix/fs.c`). */
const changeMode = (fd: number, mode: number): void => {
  try {
    fchmodSync(fd, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what node:fs throws
    if (code !== "EPERM" || statfsSync(descriptorPath(fd)).type !== CIFS) throw error
  }
}

/**
 * Gives the destination the mode of the source, and takes its content away; `false` where both are one file. The mode comes
 * first: whoever may not change it loses nothing. To truncate takes the set-id bits (`file_remove_privs`), which Node's
 * order would keep until something is written.
 */
const prepare = (from: number, to: number): boolean => {
  const source = stat(from)
  if (isSame(source, stat(to))) return false
  const mode = Number(source.mode) & 0o7777
  changeMode(to, mode)
  ftruncateSync(to, 0)
  if ((mode & SET_ID) !== 0) changeMode(to, mode)
  return true
}

/** Takes away what was made, unless somebody else's is there by now. */
const unmake = ({ directory, name }: Slot, made: Identity): void => {
  const place = childPath(directory, name)
  const there = statName(place)
  if (there !== undefined && isSame(there, made)) unlinkSync(place)
}

/**
 * Copies a regular file that is open into one that is opened here for it: `then` is told its descriptor. A copy that does
 * not come to its end, for an error or an interruption, leaves no file that was not there before.
 *
 * @internal
 */
export const copyWhole = (
  asked: Asked,
  from: number,
  open: () => Opened,
  then: (copied: number) => void = () => {}
): Effect.Effect<void, PlatformError> => {
  const { method, path } = asked
  return Effect.acquireUseRelease(
    operation(method, path, () => {
      const { fd, made } = open()
      return { identity: stat(fd), made, file: Handle.make(fd, (opened) => closeWritten(method, path, opened)) }
    }),
    ({ file }) =>
      Effect.gen(function*() {
        const to = file.value
        const differ = yield* operation(method, path, () => prepare(from, to))
        if (differ) yield* copyBytes(asked, from, to)
        yield* operation(method, path, () => then(to))
        yield* Effect.uninterruptible(Effect.suspend(() => file.close() ?? Effect.void))
      }),
    ({ file, identity, made }, exit) =>
      Effect.zipRight(
        Exit.isFailure(exit) && made !== undefined
          ? Effect.ignore(operation(method, path, () => unmake(made, identity)))
          : Effect.void,
        Effect.ignore(Effect.suspend(() => file.close() ?? Effect.void))
      )
  )
}
