/** Node's `fs.rm`: removes files, and trees from the inside out. No link is followed. */
import type { InodeOperations, ParentAndName } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import { calling, expecting, isErrno, refuse } from "./errno.js"
import type { Errno } from "../Errno.js"
import { codeOfNoName } from "./lastName.js"
import { isDirectory } from "./mode.js"
import { type Context, during } from "./operation.js"
import type { Owned } from "./owned.js"
import { split } from "./path.js"
import { turn, waitFor } from "./program.js"

/** @internal */
export interface RemoveOptions {
  readonly force?: boolean | undefined
  readonly recursive?: boolean | undefined
}

/** @internal */
export const remove = <H, F>(
  context: Context<H, F>,
  path: string,
  { force = false, recursive = false }: RemoveOptions = {}
): Program<void> =>
  during(context, "rm", [path], function*(resolver) {
    const { operations, owned } = resolver
    const inode = expecting(force ? ["ENOENT"] : [], () => calling("lstat", [path], () => resolver.kept(path)))
    if (isErrno(inode)) return
    const directory = isDirectory(operations.getattr(inode))
    if (directory && !recursive) {
      return refuse("ERR_FS_EISDIR", "is a directory")
    }
    const place = calling("rmdir", [path], () => resolver.place(path, codeOfNoName(split(path).name)))
    if (directory) yield* removeTree(operations, owned, place, path)
    else calling("unlink", [path], () => operations.unlink(place))
  })

/** A directory that is being emptied. */
interface Level<H> {
  readonly place: ParentAndName<H>
  readonly path: string
  readonly directory: H
  readonly names: Iterator<string>
  /** The first failure in it. */
  failure: Errno | undefined
}

/**
 * Removes everything that it can before it reports the first failure, as Node does. The levels are a list, since a tree
 * may be deeper than the call stack.
 */
function* removeTree<H, F>(
  operations: InodeOperations<H, F>,
  owned: Owned<H>,
  top: ParentAndName<H>,
  topPath: string
): Program<void> {
  const levels: Array<Level<H>> = []

  /** Removes a directory if it is empty; otherwise starts to empty it. */
  const removeDirectory = function*(place: ParentAndName<H>, path: string): Program<void> {
    if (!isErrno(expecting(["ENOTEMPTY"], () => calling("rmdir", [path], () => operations.rmdir(place))))) return
    const directory = owned.own(calling("scandir", [path], () => operations.child(place.directory, place.name)))
    const names = yield* waitFor(calling("scandir", [path], () => operations.readdir(directory)))
    levels.push({ place, path, directory, names: names.values(), failure: undefined })
  }

  /** Tries unlink first, which fails with EISDIR for a directory. So a file need not be looked up before. */
  const removeChild = function*({ directory, path: above }: Level<H>, name: string): Program<void> {
    const [place, path] = [{ directory, name, slash: false }, `${above}/${name}`]
    const kept = expecting(["EISDIR", "ENOENT"], () => calling("unlink", [path], () => operations.unlink(place)))
    if (isErrno(kept) && kept.code === "EISDIR") yield* removeDirectory(place, path)
  }

  yield* removeDirectory(top, topPath)
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
      calling("rmdir", [path], () => operations.rmdir(place))
    } catch (thrown) {
      const above = levels.at(-1)
      if (above === undefined || !isErrno(thrown)) throw thrown
      above.failure ??= thrown
    }
  }
}
