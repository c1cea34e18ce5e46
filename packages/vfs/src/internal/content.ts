/** The operations that read and write the content of files. */
import type { Flag } from "../FileSystem.js"
import type { FileOperations, InodeOperations, OpenFlags } from "../InodeOperations.js"
import type { MayWait, Now, Program } from "../Program.js"
import { checkBytes, checkLength } from "./arguments.js"
import { isErrno, named, namedIn, quietly } from "./errno.js"
import { Handle } from "./handle.js"
import { SLOW_TO_FREE } from "./limits.js"
import { openPath, openToReplace } from "./open.js"
import { OpenFile } from "./openFile.js"
import { flagsOf } from "./openFlags.js"
import { atOnce, type Context, isInOneStep, returning } from "./operation.js"
import { LARGEST, readToEnd, tooLarge } from "./readToEnd.js"
import type { PathResolver } from "./pathResolver.js"
import { Call, isCall, map, mapFailure, runSync, sync, turn, waitFor } from "./program.js"
import { writeParts } from "./writeParts.js"

/**
 * Runs a program with an open file, and then closes the file. If the program writes and closing fails, the program
 * fails with that error.
 *
 * @internal
 */
export function* closing<F, A>(files: FileOperations<F>, file: F, writes: boolean, use: Program<A>): Program<A> {
  let hasEnded = false
  try {
    const value = yield* use
    hasEnded = true
    try {
      const closed = files.close(file, writes)
      if (closed instanceof Call) yield* closed
    } catch (thrown) {
      // Besides an errno, an interruption can be thrown.
      if (writes || !isErrno(thrown)) throw named(thrown, "close", [])
    }
    return value
  } finally {
    if (!hasEnded) {
      try {
        yield* waitFor(files.close(file, writes))
      } catch {
        // The first error is the one that is reported.
      }
    }
  }
}

/** @internal */
export const open = <H, F>(
  context: Context<H, F>,
  path: string,
  flag: Flag | OpenFlags,
  mode: number,
  noFollow = false
): Now<OpenFile<F>> => {
  const flags = flagsOf(flag)
  const { files } = context.operations
  const open = (resolver: PathResolver<H, F>) => openToReplace(resolver, path, flags, mode, noFollow, isSlowToFree)
  const { file, isKept } = atOnce(context, "open", [path], open)
  const opened = () => fileOf(files, file, flags, context.now)
  return isKept ? map(emptying(files, file, path), opened) : opened()
}

/** Closes a file to which nothing was written, so that nobody has to wait for it. */
const closeUnwritten = <F>(files: FileOperations<F>, file: F): void => {
  try {
    const closed = files.close(file, false)
    if (isCall(closed)) closed.begin(() => {})
  } catch (thrown) {
    if (!isErrno(thrown)) throw thrown
  }
}

const isSlowToFree = (size: number): boolean => size > SLOW_TO_FREE

/** Empties a file that was just opened. If this fails, closes it. */
const emptying = <F>(files: FileOperations<F>, file: F, path: string): Now<void> =>
  mapFailure(() => files.truncate(file, 0), (error) => {
    closeUnwritten(files, file)
    return named(error, "open", [path])
  })

/** @internal */
export const fileOf = <F>(
  files: MayWait<FileOperations<F>>,
  file: F,
  flag: Flag | OpenFlags,
  now: () => number
): OpenFile<F> => {
  const flags = flagsOf(flag)
  return new OpenFile(files, Handle.make(file, (file) => files.close(file, flags.write)), flags, now)
}

function* readAll<F>(files: FileOperations<F>, file: F): Program<Uint8Array> {
  const { size } = files.getattr(file)
  if (size > LARGEST) tooLarge(size)
  return yield* size === 0 ? readToEnd((part) => files.read(file, part, undefined)) : readSize(files, file, size)
}

/** Reads up to the size that the file had, so that reading a growing file ends. */
function* readSize<F>(files: FileOperations<F>, file: F, size: number): Program<Uint8Array> {
  const whole = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const answer = files.read(file, length === 0 ? whole : whole.subarray(length), undefined)
    const read = answer instanceof Call ? yield* answer : answer
    if (read === 0) return whole.slice(0, length)
    length += read
    if (length < size) yield turn
  }
  return whole
}

/** Reads a file in one step. The file keeps using the array of its content, so this returns a copy. */
const readNow = <H, F>(
  context: Context<H, F>,
  path: string,
  contents: NonNullable<InodeOperations<H, F>["contents"]>
): Now<Uint8Array> =>
  returning(context, "open", [path], (resolver) => {
    const inode = resolver.findExisting(path)
    if (isErrno(inode)) return inode
    const bytes = contents(inode)
    if (isCall(bytes)) return bytes
    return bytes.length > LARGEST ? tooLarge(bytes.length) : new Uint8Array(bytes)
  })

/** @internal */
export const readFile = <H, F>(context: Context<H, F>, path: string): Program<Uint8Array> => {
  const { contents } = context.operations
  return contents !== undefined && isInOneStep(context)
    ? sync(() => readNow(context, path, contents))
    : readOpened(context, path)
}

function* readOpened<H, F>(context: Context<H, F>, path: string): Program<Uint8Array> {
  const { files } = context.operations
  const file = atOnce(context, "open", [path], (resolver) => openPath(resolver, path, flagsOf("r"), 0))
  try {
    return yield* closing(files, file, false, readAll(files, file))
  } catch (thrown) {
    throw named(thrown, "read", [])
  }
}

/**
 * Writes until everything is written: at a position, or where the file is. `size` is the length that the data had when
 * the caller passed it, if the program has waited since then.
 *
 * @internal
 */
export const writeRest = <F>(
  files: FileOperations<F>,
  file: F,
  data: Uint8Array,
  position?: number,
  size: number = data.length
): Program<void> =>
  writeParts(
    data,
    size,
    (rest, written) => files.write(file, rest, position === undefined ? undefined : position + written)
  )

/** @internal */
export const writeFile = <H, F>(
  context: Context<H, F>,
  path: string,
  data: Uint8Array,
  flag: Flag | OpenFlags,
  mode: number,
  flush: boolean
): Program<void> => {
  const program = () => writeOpened(context, path, data, flag, mode, flush)
  return isInOneStep(context) ? sync(() => runSync(program())) : program()
}

function* syncAfter<F>(files: FileOperations<F>, file: F, write: Program<void>): Program<void> {
  yield* write
  yield* syncFile(files, file)
}

/** @internal */
export const syncFile = <F>(files: FileOperations<F>, file: F): Program<void> =>
  namedIn("fsync", [], sync(() => files.sync(file)))

/**
 * Data of at most this size, in bytes, is written over old content that is not longer, since one call writes all of it.
 * Emptying the file first takes twice as long: ext4 then writes the new content out when the file is closed
 * (`EXT4_STATE_DA_ALLOC_CLOSE` in `fs/ext4/ext4.h`).
 */
const OVERWRITTEN = 65_536

/** Writes over the old content. If this fails, cuts off what is left of it, as if the file had been emptied first. */
function* writeOver<F>(files: FileOperations<F>, file: F, data: Uint8Array, oldSize: number): Program<void> {
  let written = 0
  try {
    yield* writeParts(data, data.length, (rest) =>
      map(files.write(file, rest, undefined), (length) => {
        written += length
        return length
      }))
  } finally {
    if (written < oldSize) yield* quietly(sync(() => files.truncate(file, written)))
  }
}

/** Replaces the old content of a file, which opening the file has kept. */
function* replaceContent<F>(files: FileOperations<F>, file: F, data: Uint8Array): Program<void> {
  // It may have grown since then.
  const { size } = files.getattr(file)
  if (size <= data.length && data.length <= OVERWRITTEN) return yield* writeOver(files, file, data, size)
  yield* namedIn("ftruncate", [], sync(() => files.truncate(file, 0)))
  yield* writeRest(files, file, data)
}

function* writeOpened<H, F>(
  context: Context<H, F>,
  path: string,
  data: Uint8Array,
  flag: Flag | OpenFlags,
  mode: number,
  flush: boolean
): Program<void> {
  checkBytes(data)
  const { files } = context.operations
  const flags = flagsOf(flag)
  const keeps = (size: number): boolean =>
    isSlowToFree(size) || (size > 0 && size <= data.length && data.length <= OVERWRITTEN)
  const open = (resolver: PathResolver<H, F>) => openToReplace(resolver, path, flags, mode, false, keeps)
  const { file, isKept } = atOnce(context, "open", [path], open)
  const write = isKept ? replaceContent(files, file, data) : writeRest(files, file, data)
  try {
    yield* closing(files, file, true, flush ? syncAfter(files, file, write) : write)
  } catch (thrown) {
    throw named(thrown, "write", [])
  }
}

/** @internal */
export function* truncate<H, F>(context: Context<H, F>, path: string, size: number): Program<void> {
  checkLength(size)
  const { files } = context.operations
  const file = atOnce(context, "open", [path], (resolver) => openPath(resolver, path, flagsOf("r+"), 0))
  const cut = sync(() => files.truncate(file, Math.max(0, size)))
  yield* namedIn("ftruncate", [], closing(files, file, true, cut))
}
