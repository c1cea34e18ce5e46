/** Node's `fs.rm`: removes files, and trees from the inside out. It does not follow links. */
import type { Attributes } from "../Attributes.js"
import type { RemoveOptions } from "../FileSystem.js"
import type { InodeOperations, ParentAndName } from "../InodeOperations.js"
import type { Now, Program } from "../Program.js"
import { calling, expecting, fail, isErrno, named, namedIn, refuse } from "./errno.js"
import type { Errno } from "../Errno.js"
import { codeOfNoName } from "./lastName.js"
import { isDirectory } from "./mode.js"
import { atOnce, type Context, during, isInOneStep } from "./operation.js"
import { split } from "./path.js"
import type { PathResolver } from "./pathResolver.js"
import { Followed, isCall, map, mapFailure, sync, turn } from "./program.js"

/**
 * In a tree in memory this takes one step, except for a directory that is not empty.
 *
 * @internal
 */
export const remove = <H, F>(context: Context<H, F>, path: string, options: RemoveOptions = {}): Program<void> => {
  const whole = () =>
    during(context, "rm", [path], function*(resolver) {
      const left = removeAlone(resolver, path, options)
      if (isCall(left)) yield* left
      else if (left !== undefined) yield* removeTree(resolver, left, path)
    })
  if (!isInOneStep(context)) return whole()
  return sync(() => {
    const left = atOnce(context, "rm", [path], (resolver) => removeAlone(resolver, path, options))
    if (isCall(left)) return left
    return left === undefined ? undefined : new Followed(whole())
  })
}

/**
 * Removes a file or an empty directory. If a directory is not empty, returns its place. As in Node, what others remove
 * after it was found counts as removed.
 */
const removeAlone = <H, F>(
  resolver: PathResolver<H, F>,
  path: string,
  { force = false, recursive = false }: RemoveOptions
): ParentAndName<H> | Now<void> => {
  const { operations, owned } = resolver
  const inode = resolver.findKept(path)
  if (isErrno(inode)) {
    if (force && inode.code === "ENOENT") return undefined
    throw named(inode, "lstat", [path])
  }
  const attributes = operations.getattr(inode)
  const directory = isDirectory(attributes)
  if (directory && !recursive) return refuse("ERR_FS_EISDIR", "is a directory")
  const place = calling("rmdir", [path], () => resolver.parentAndName(path) ?? fail(codeOfNoName(split(path).name)))
  if (directory) return isRemoved(operations, place, path) ? undefined : place
  // While it is open, the kernel does not free its content.
  owned.release(inode)
  return unlessErrno(expecting(["ENOENT"], () => removeName(operations, place, path, attributes)))
}

const unlessErrno = (result: Now<void> | Errno): Now<void> => isErrno(result) ? undefined : result

const removeName = <H, F>(
  { unlink }: InodeOperations<H, F>,
  place: ParentAndName<H>,
  path: string,
  known?: Attributes
): Now<void> => mapFailure(() => unlink(place, known), (error) => named(error, "unlink", [path]))

/** The errors of `rmdir` after which a directory is emptied, as in Node (`notEmptyErrorCodes` in `internal/fs/rimraf`). */
const MAY_BE_FULL = ["ENOTEMPTY", "EEXIST", "EPERM"]

const isRemoved = <H, F>(operations: InodeOperations<H, F>, place: ParentAndName<H>, path: string): boolean =>
  !isErrno(expecting(MAY_BE_FULL, () => removeDirectory(operations, place, path)))

/** Removes an empty directory, unless it is gone. */
const removeDirectory = <H, F>(operations: InodeOperations<H, F>, place: ParentAndName<H>, path: string): void => {
  expecting(["ENOENT"], () => calling("rmdir", [path], () => operations.rmdir(place)))
}

/**
 * Removes the name, or returns `true` if a directory has it. A file does not have to be looked up before, since `unlink`
 * fails with EISDIR for a directory. If files may not be removed, it fails with EACCES or EPERM instead, although
 * `rmdir` may be permitted, or what is in the directory may be removed.
 */
const isDirectoryLeft = <H, F>(
  operations: InodeOperations<H, F>,
  place: ParentAndName<H>,
  path: string
): Now<boolean> => {
  const failure = expecting(
    ["EISDIR", "EACCES", "EPERM", "ENOENT"],
    () => removeName(operations, place, path)
  )
  if (!isErrno(failure)) return map(failure, () => false)
  if (failure.code === "EISDIR") return true
  const there = expecting(["EACCES"], () => operations.peek(place))
  if (there === undefined) return false
  if (isErrno(there) || !isDirectory(there)) throw failure
  return true
}

/** A directory that is being emptied. */
interface Level<H> {
  readonly place: ParentAndName<H>
  readonly path: string
  readonly directory: H
  readonly names: Iterator<string>
  /** The first failure in the directory. */
  failure: Errno | undefined
}

/**
 * Removes everything that it can before it reports the first failure, as Node does. It keeps a list of levels instead
 * of recursing, since a tree can be deeper than the call stack.
 */
function* removeTree<H, F>(
  { operations, owned }: PathResolver<H, F>,
  top: ParentAndName<H>,
  topPath: string
): Program<void> {
  const levels: Array<Level<H>> = []

  /** Starts to empty a directory, unless it is gone. */
  const enter = function*(place: ParentAndName<H>, path: string): Program<void> {
    const directory = expecting(
      ["ENOENT"],
      () => owned.own(calling("scandir", [path], () => operations.child(place.directory, place.name)))
    )
    if (isErrno(directory)) return
    try {
      const names = yield* namedIn("scandir", [path], sync(() => operations.readdir(directory)))
      levels.push({ place, path, directory, names: names.values(), failure: undefined })
    } catch (thrown) {
      owned.release(directory)
      throw thrown
    }
  }

  const removeChild = function*({ directory, path: above }: Level<H>, name: string): Program<void> {
    const [place, path] = [{ directory, name, slash: false }, `${above}/${name}`]
    const left = isDirectoryLeft(operations, place, path)
    if ((isCall(left) ? yield* left : left) && !isRemoved(operations, place, path)) yield* enter(place, path)
  }

  yield* enter(top, topPath)
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    yield turn
    const next = level.names.next()
    try {
      if (next.done !== true) {
        yield* removeChild(level, next.value)
        continue
      }
      levels.pop()
      owned.release(level.directory)
      if (level.failure !== undefined) throw level.failure
      const { path, place } = level
      removeDirectory(operations, place, path)
    } catch (thrown) {
      const above = levels.at(-1)
      if (above === undefined || !isErrno(thrown)) throw thrown
      above.failure ??= thrown
    }
  }
}
