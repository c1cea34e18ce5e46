/** Node's `fs.copyFile`, except that a new file whose copy fails is removed. */
import type { Attributes } from "../Attributes.js"
import type { FileOperations, Identity, InodeOperations, OpenFlags, ParentAndName } from "../InodeOperations.js"
import type { CopyFileOptions } from "../FileSystem.js"
import type { Program } from "../Program.js"
import { closing, writeRest } from "./content.js"
import { checkRegular } from "./copyRules.js"
import { expecting, isErrno, quietly } from "./errno.js"
import { SLOW_TO_FREE } from "./limits.js"
import { isDirectory, isFile, isSameFile, PERMISSIONS, SET_ID, typeOf } from "./mode.js"
import { missingPlace } from "./open.js"
import { flagsOf } from "./openFlags.js"
import { type Context, during } from "./operation.js"
import type { Owned } from "./owned.js"
import type { PathResolver, Target } from "./pathResolver.js"
import { turn, waitFor } from "./program.js"

/** @internal */
export const READ = flagsOf("r")

/** Opening neither creates nor truncates the file, which must first be checked to be a regular file. */
const WRITE: OpenFlags = { ...READ, read: false, write: true }

/** @internal */
export const NEW: OpenFlags = { ...WRITE, create: true, exclusive: true }

/** How many bytes one call copies. An interruption waits for the call to end. */
const CHUNK = 1 << 20

/** Enough for most files. */
const SMALL = 65_536

/** Kept for the next copy: new memory costs more than the calls that copy a small file. */
let kept = new Uint8Array(0)

/** Whether a copy uses it. Others can run at the same time. */
let isLent = false

/** Lends a buffer for files of that size to a part of a program. */
function* lending(size: number, use: (buffer: Uint8Array) => Program<void>): Program<void> {
  const length = Math.min(size, CHUNK)
  if (isLent) return yield* use(new Uint8Array(length))
  if (kept.length < length) kept = new Uint8Array(length <= SMALL ? SMALL : CHUNK)
  isLent = true
  try {
    yield* use(kept)
  } finally {
    isLent = false
  }
}

/** @internal */
export const permissionsOf = ({ mode }: Attributes): number => mode & PERMISSIONS

/**
 * Copies up to `size`, which the file had before, so that copying a growing file ends. Returns how much it copied.
 *
 * @internal
 */
export function* copyData<F>(files: FileOperations<F>, from: F, to: F, size: number): Program<number> {
  // Files of procfs have size 0, so they are read to their end.
  let end = size === 0 ? Number.POSITIVE_INFINITY : size
  let at = size === 0 || files.copyContent === undefined ? 0 : yield* files.copyContent(from, to, size)
  if (at === end) return at
  yield* lending(end, function*(buffer) {
    while (at < end) {
      const length = yield* waitFor(files.read(from, buffer.subarray(0, end - at), at))
      if (length === 0) return
      yield* writeRest(files, to, buffer.subarray(0, length), at)
      at += length
      // A file that was really empty has grown meanwhile, and has a size by now.
      if (end === Number.POSITIVE_INFINITY) end = files.getattr(from).size || end
      yield turn
    }
  })
  return at
}

/** Like Node, sets the mode before it copies anything. */
function* fillEmpty<F>(files: FileOperations<F>, from: F, to: F, attributes: Attributes): Program<void> {
  files.chmod(to, permissionsOf(attributes))
  yield* copyData(files, from, to, attributes.size)
}

/**
 * Replaces the content of an existing file.
 *
 * Sets the mode first, so that no content is lost if the user may not change it, but until the old content is gone only
 * as far as it gives nobody access to it. Truncating a file clears its set-id bits, and so does writing to it, unless
 * the superuser does (`file_remove_privs`). As in Node, they are there before anything is written.
 */
function* refill<F>(files: FileOperations<F>, from: F, to: F, canOverwrite: boolean): Program<void> {
  const attributes = files.getattr(from)
  const old = files.getattr(to)
  // The numbers do not suffice, since a file system may give all files the same one.
  if (isSameFile(attributes, old) && files.identity(to) === files.identity(from)) return
  const mode = permissionsOf(attributes)
  const shared = mode & old.mode
  files.chmod(to, shared)
  const isQuick = attributes.size > 0 && old.size <= SLOW_TO_FREE
  if (canOverwrite && isQuick && shared === mode && (mode & SET_ID) === 0) {
    return yield* overwrite(files, from, to, attributes.size, old.size)
  }
  yield* waitFor(files.truncate(to, 0))
  yield* fillEmpty(files, from, to, attributes)
}

/**
 * Overwrites the old content, and cuts off what is left of it at the end. Emptying the file first would take longer than
 * copying: the kernel frees memory that it needs again at once. If this fails before all of the old content is
 * overwritten, the file is emptied, since nobody could tell that it is a mixture.
 */
function* overwrite<F>(files: FileOperations<F>, from: F, to: F, size: number, oldSize: number): Program<void> {
  let isFilled = false
  try {
    const copied = yield* copyData(files, from, to, size)
    if (copied < oldSize) yield* waitFor(files.truncate(to, copied))
    isFilled = true
  } finally {
    if (!isFilled) yield* quietly(emptyMixture(files, to, oldSize))
  }
}

/** Empties a file that may end in old content. */
function* emptyMixture<F>(files: FileOperations<F>, file: F, oldSize: number): Program<void> {
  if (files.getattr(file).size <= oldSize) yield* waitFor(files.truncate(file, 0))
}

/** A new file that has no content yet. */
interface Created<H, F> {
  readonly file: F
  readonly place: ParentAndName<H>
}

/**
 * Removes a file, unless its name belongs to another file by now. If the file could not be examined, its identity is not
 * known. Then this removes whatever has the name, as Node does.
 */
function* removeIncomplete<H, F>(
  operations: InodeOperations<H, F>,
  owned: Owned<H>,
  place: ParentAndName<H>,
  identity: Identity | undefined
): Program<void> {
  if (identity !== undefined) {
    const there = owned.own(operations.child(place.directory, place.name))
    const isSame = operations.identity(there) === identity
    owned.release(there)
    if (!isSame) return
  }
  yield* waitFor(operations.unlink(place))
}

/**
 * Fills a new file. If that fails, removes the file, unless the name belongs to another file by then.
 *
 * @internal
 */
export function* fill<H, F>(
  operations: InodeOperations<H, F>,
  owned: Owned<H>,
  { file, place }: Created<H, F>,
  filling: (file: F) => Program<void>
): Program<void> {
  const { files } = operations
  let identity: Identity | undefined
  let isFilled = false
  try {
    yield* closing(
      files,
      file,
      true,
      (function*(): Program<void> {
        identity = files.identity(file)
        yield* filling(file)
      })()
    )
    isFilled = true
  } finally {
    // If this fails, too, the file system can have become read-only.
    if (!isFilled) yield* quietly(removeIncomplete(operations, owned, place, identity))
  }
}

/**
 * Checks the destination. This comes before the checks of the source, because Node opens the source first but examines
 * it only when it reads from it.
 */
const checkTarget = <H, F>(
  { access, getattr, mayCreate, mayWrite }: InodeOperations<H, F>,
  target: Target<H>
): void => {
  if (!("inode" in target)) return mayCreate(target.directory)
  checkRegular(typeOf(getattr(target.inode)))
  if (mayWrite === undefined) access(target.inode, { readable: false, writable: true })
  else mayWrite(target.inode)
}

/** Opens an existing file for writing, without changing it. */
const openTarget = <H, F>(operations: InodeOperations<H, F>, inode: H): F => {
  checkRegular(typeOf(operations.getattr(inode)))
  return operations.openInode(inode, WRITE)
}

/** Returns the destination of a copy. With `exclusive`, it must not exist. */
const targetOf = <H, F>(resolver: PathResolver<H, F>, path: string, exclusive: boolean): Target<H> =>
  exclusive ? missingPlace(resolver, path) : resolver.target(path)

/**
 * Creates the destination of a copy, without asking first what is there: usually, nothing is. Returns `undefined` if
 * something is there, which may be on a mount that must not be entered, or if the path ends in no name or in a slash.
 */
const createTarget = <H, F>(resolver: PathResolver<H, F>, path: string, mode: number): Created<H, F> | undefined => {
  const place = resolver.parentAndName(path)
  if (place === undefined || place.slash) return undefined
  const created = expecting(["EEXIST", "EXDEV"], () => ({ file: resolver.operations.create(place, NEW, mode), place }))
  return isErrno(created) ? undefined : created
}

/** @internal */
export const copyFile = <H, F>(
  context: Context<H, F>,
  fromPath: string,
  toPath: string,
  { exclusive = false }: CopyFileOptions = {}
): Program<void> =>
  during(context, "copyfile", [fromPath, toPath], function*(resolver) {
    const { operations, owned } = resolver
    const { files } = operations
    resolver.checkToOpen(fromPath)
    const inode = resolver.existing(fromPath)
    const attributes = operations.getattr(inode)
    /** The destination is checked first. */
    const checkSource = () => {
      if (isFile(attributes)) return
      checkTarget(operations, targetOf(resolver, toPath, exclusive))
      checkRegular(typeOf(attributes))
    }
    // A device or a fifo is never opened.
    if (!isDirectory(attributes)) checkSource()
    const source = operations.openInode(inode, READ)
    yield* closing(
      files,
      source,
      false,
      (function*(): Program<void> {
        checkSource()
        const mode = permissionsOf(attributes)
        // The mode and the size that the source has now.
        const filling = (to: F) => fillEmpty(files, source, to, files.getattr(source))
        const created = createTarget(resolver, toPath, mode)
        if (created !== undefined) return yield* fill(operations, owned, created, filling)
        const target = targetOf(resolver, toPath, exclusive)
        if (!("inode" in target)) {
          const file = operations.create(target, NEW, mode)
          return yield* fill(operations, owned, { file, place: target }, filling)
        }
        const to = openTarget(operations, target.inode)
        // A server may report a size that is too small. Then what is left of the old content would not be cut off.
        const canOverwrite = operations.canOverwrite?.(target.inode) !== false
        yield* closing(files, to, true, refill(files, source, to, canOverwrite))
      })()
    )
  })
