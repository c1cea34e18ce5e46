/** Node's `fs.cp`, except that links are copied unchanged, and a new file whose copy fails is removed. */
import type { Attributes } from "../Attributes.js"
import type { Identity, InodeOperations, ParentAndName } from "../InodeOperations.js"
import type { CopyOptions } from "../FileSystem.js"
import type { Now, Program } from "../Program.js"
import { checkTexts } from "./arguments.js"
import { closing } from "./content.js"
import { copyData, fill, NEW, permissionsOf, READ } from "./copyFile.js"
import { checkExchange, refuseDots, refuseOwnTarget, refuseSame, refuseSpecial, refuseWithin } from "./copyRules.js"
import { calling, expecting, isErrno, named, namedIn, refuse } from "./errno.js"
import { makeMissing } from "./makeDirectories.js"
import { isDirectory, isFile, isLink, isSameFile, OWNER, typeOf } from "./mode.js"
import { type Context, during } from "./operation.js"
import type { Owned } from "./owned.js"
import { split } from "./path.js"
import type { PathResolver } from "./pathResolver.js"
import { map, sync, turn, waitFor } from "./program.js"

const DEFAULT_DIRECTORY_MODE = 0o777

/** In seconds. */
const timesOf = ({ atimeMs, mtimeMs }: Attributes): [atime: number, mtime: number] => [atimeMs / 1000, mtimeMs / 1000]

/** A file of any type, and where it is copied to. */
interface Item<H> {
  readonly inode: H
  readonly attributes: Attributes
  /** The name under which the file was found. A directory can have none: its path can end in `.`, `..` or `/`. */
  readonly from: ParentAndName<H> | undefined
  readonly to: ParentAndName<H>
  /** The file that already has the name of the copy. */
  readonly there: Attributes | undefined
  readonly fromPath: string
  readonly toPath: string
}

/** A directory whose content is being copied, and its copy. */
interface Level<H> {
  readonly from: H
  readonly to: H
  readonly fromPath: string
  readonly toPath: string
  readonly names: Iterator<string>
  /** The mode for a new directory. It is set after the directory is filled. */
  readonly mode: number | undefined
}

/**
 * One copy of a tree. It keeps a list of levels instead of recursing, since a tree can be deeper than the call stack.
 */
class Copying<H, F> {
  readonly #resolver: PathResolver<H, F>
  readonly #operations: InodeOperations<H, F>
  readonly #owned: Owned<H>
  readonly #options: CopyOptions
  readonly #levels: Array<Level<H>> = []
  /**
   * The directories that are being filled. If one of these is moved into the source meanwhile, the copy would never end.
   * Those that were filled before can be in the source: copying `/a/b` to `/a` copies `/a/b/b` to `/a/b`.
   */
  readonly #targets = new Map<Identity, Level<H>>()

  constructor(resolver: PathResolver<H, F>, options: CopyOptions) {
    this.#resolver = resolver
    this.#operations = resolver.operations
    this.#owned = resolver.owned
    this.#options = options
  }

  /** Copies the content of a directory into an existing one. */
  *into(from: H, to: H, fromPath: string, toPath: string): Program<void> {
    yield* this.#enter(from, to, undefined, fromPath, toPath)
    yield* this.#rest()
  }

  *one(item: Item<H>): Program<void> {
    yield* this.#item(item)
    yield* this.#rest()
  }

  *#rest(): Program<void> {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      yield turn
      const next = level.names.next()
      if (next.done === true) this.#leave(level)
      else yield* this.#child(level, next.value)
    }
  }

  *#child(level: Level<H>, name: string): Program<void> {
    const [fromPath, toPath] = [`${level.fromPath}/${name}`, `${level.toPath}/${name}`]
    const from = { directory: level.from, name, slash: false }
    const to = { directory: level.to, name, slash: false }
    const inode = this.#owned.own(calling("lstat", [fromPath], () => this.#operations.child(level.from, name)))
    const there = calling("lstat", [toPath], () => this.#operations.peek(to))
    const attributes = calling("lstat", [fromPath], () => this.#operations.getattr(inode))
    try {
      if (there !== undefined) {
        const { identity } = this.#operations
        // The numbers do not suffice, since a file system may give all files the same one.
        const isSame = isSameFile(attributes, there) && this.#isAt(to, (file) => identity(file) === identity(inode))
        if (isSame) refuseSame()
        checkExchange(typeOf(attributes), typeOf(there), fromPath, toPath)
      }
      yield* this.#item({ inode, attributes, from, to, there, fromPath, toPath })
    } catch (thrown) {
      throw named(thrown, "cp", [toPath])
    }
    if (this.#levels.at(-1)?.from !== inode) this.#owned.release(inode)
  }

  *#item(item: Item<H>): Program<void> {
    const { attributes, from, toPath } = item
    if (isDirectory(attributes)) yield* this.#directory(item)
    else if (isLink(attributes) && from !== undefined) yield* this.#link(from, item)
    else if (isFile(attributes)) yield* this.#file(item)
    else refuseSpecial(typeOf(attributes), toPath)
  }

  *#directory({ attributes, fromPath, inode: from, there, to: place, toPath }: Item<H>): Program<void> {
    const { identity, mkdir } = this.#operations
    if (this.#targets.has(identity(from))) refuseWithin(fromPath, toPath)
    // As with `cp`, nobody who may not enter the source can enter the copy before its mode is set.
    if (there === undefined) calling("mkdir", [toPath], () => mkdir(place, permissionsOf(attributes) | OWNER))
    const to = this.#owned.own(calling("lstat", [toPath], () => this.#operations.child(place.directory, place.name)))
    yield* this.#enter(from, to, there === undefined ? permissionsOf(attributes) : undefined, fromPath, toPath)
  }

  *#enter(from: H, to: H, mode: number | undefined, fromPath: string, toPath: string): Program<void> {
    const { identity, readdir } = this.#operations
    const names = yield* namedIn("opendir", [fromPath], sync(() => readdir(from)))
    const level = { from, to, fromPath, toPath, names: names.values(), mode }
    this.#levels.push(level)
    // In a mount of it, the same directory can be filled a second time.
    if (!this.#targets.has(identity(to))) this.#targets.set(identity(to), level)
  }

  #leave(level: Level<H>): void {
    const { from, mode, to, toPath } = level
    this.#levels.pop()
    const target = this.#operations.identity(to)
    if (this.#targets.get(target) === level) this.#targets.delete(target)
    if (this.#options.preserveTimestamps === true) {
      const { getattr, utimes } = this.#operations
      calling("utime", [toPath], () => utimes(to, ...timesOf(getattr(from))))
    }
    if (mode !== undefined) calling("chmod", [toPath], () => this.#operations.chmod(to, mode))
    this.#owned.release(to)
    this.#owned.release(from)
  }

  /** Copies the target of a link unchanged, as `cp -r` does. */
  *#link(from: ParentAndName<H>, item: Item<H>): Program<void> {
    const { fromPath, to, toPath } = item
    const target = calling("readlink", [fromPath], () => this.#operations.readlink(from))
    if (!this.#isKept(item)) this.#checkTarget(item)
    if (yield* waitFor(this.#isCleared(item))) {
      calling("symlink", [target, toPath], () => this.#operations.symlink(target, to))
    }
  }

  /** Refuses a link to the file that it would replace, as GNU `cp` does. */
  #checkTarget({ fromPath, there, to, toPath }: Item<H>): void {
    if (there === undefined || !isFile(there)) return
    if (this.#isAt(to, (file) => this.#resolver.leadsTo(fromPath, file))) {
      calling("cp", [toPath], () => refuseOwnTarget(fromPath, toPath))
    }
  }

  /** Whether something holds for the file at a place. */
  #isAt({ directory, name }: ParentAndName<H>, holds: (file: H) => boolean): boolean {
    const file = this.#owned.own(this.#operations.child(directory, name))
    const does = holds(file)
    this.#owned.release(file)
    return does
  }

  /** Opens the source first: if it cannot be read, the file that it would replace stays. */
  *#file(item: Item<H>): Program<void> {
    const { fromPath, inode, there, to, toPath } = item
    if (this.#isKept(item)) return
    const operations = this.#operations
    const paths = [fromPath, toPath]
    // Node removes the old file first, which is then lost if the source cannot be read.
    if (there !== undefined) calling("unlink", [toPath], () => operations.mayCreate(to.directory))
    const source = calling("copyfile", paths, () => operations.openInode(inode, READ))
    yield* namedIn("copyfile", paths, closing(operations.files, source, false, this.#copyOpened(source, item)))
  }

  *#copyOpened(source: F, item: Item<H>): Program<void> {
    const { attributes, to: place } = item
    yield* this.#replace(item)
    const file = this.#operations.create(place, NEW, permissionsOf(attributes))
    yield* fill(this.#operations, this.#owned, { file, place }, (file) => this.#copyContent(source, file))
  }

  /**
   * Removes the old file, if there is one. The new file needs a descriptor, so one is held until the old file is gone:
   * without it, the old file would be lost. It is the old file's own, since closing that one frees its space.
   */
  *#replace(item: Item<H>): Program<void> {
    const { there, to } = item
    if (there === undefined) return
    const { child, mayOpen } = this.#operations
    mayOpen?.()
    const old = expecting(["ENOENT", "EXDEV"], () => this.#owned.own(child(to.directory, to.name)))
    const cleared = this.#isCleared(item)
    if (!isErrno(old)) this.#owned.release(old)
    yield* waitFor(cleared)
  }

  /**
   * Like `fs.cp`, sets the times that the source has after it was read. Also sets the whole mode again, since the
   * kernel clears set-id bits when a user other than root writes.
   */
  *#copyContent(from: F, to: F): Program<void> {
    const { files } = this.#operations
    yield* copyData(files, from, to, files.getattr(from).size)
    const attributes = files.getattr(from)
    if (this.#options.preserveTimestamps === true) files.utimes(to, ...timesOf(attributes))
    files.chmod(to, permissionsOf(attributes))
  }

  /** Whether a file or link that already exists at the destination is kept. Fails if it must not exist. */
  #isKept({ there, toPath }: Item<H>): boolean {
    const { errorOnExist, overwrite } = this.#options
    if (there === undefined || overwrite === true) return false
    if (errorOnExist === true) refuse("ERR_FS_CP_EEXIST", `${toPath} already exists`)
    return true
  }

  /**
   * Removes a file or link that already exists at the destination, if that is allowed. Returns whether the place is
   * free.
   */
  #isCleared(item: Item<H>): Now<boolean> {
    const { there, to, toPath } = item
    if (there === undefined) return true
    if (this.#isKept(item)) return false
    return map(calling("unlink", [toPath], () => this.#operations.unlink(to, there)), () => true)
  }
}

/** @internal */
export function* copy<H, F>(
  context: Context<H, F>,
  fromPath: string,
  toPath: string,
  options: CopyOptions = {}
): Program<void> {
  checkTexts([fromPath, toPath])
  // Errors of `fs.cp` name only the destination.
  yield* during(context, "cp", [toPath], (resolver) => copyWith(resolver, fromPath, toPath, options))
}

function* copyWith<H, F>(
  resolver: PathResolver<H, F>,
  fromPath: string,
  toPath: string,
  options: CopyOptions
): Program<void> {
  const { operations } = resolver
  const inode = calling("lstat", [fromPath], () => resolver.kept(fromPath))
  const attributes = operations.getattr(inode)
  const target = calling("lstat", [toPath], () => resolver.keptIfThere(toPath))
  const there = target === undefined ? undefined : operations.getattr(target)
  if (target !== undefined && there !== undefined) {
    if (operations.identity(inode) === operations.identity(target)) refuseSame()
    checkExchange(typeOf(attributes), typeOf(there), fromPath, toPath)
  }
  if (isDirectory(attributes)) {
    for (const above of resolver.ancestors(toPath)) {
      if (operations.identity(above) === operations.identity(inode)) refuseWithin(fromPath, toPath)
    }
  }
  if (options.recursive === false && isDirectory(attributes)) {
    calling("cp", [fromPath], () => refuse("ERR_FS_EISDIR", `${fromPath} is a directory (not copied)`))
  }
  if (target === undefined) {
    // "." and not "/", because a policy can refuse absolute paths.
    const parent = split(toPath).before || "."
    calling("mkdir", [parent], () => makeMissing(resolver, parent, DEFAULT_DIRECTORY_MODE))
  }
  const copying = new Copying(resolver, options)
  if (target !== undefined && isDirectory(attributes)) return yield* copying.into(inode, target, fromPath, toPath)
  // If the file is replaced, its space has to be free for the copy: the kernel keeps the space of an open file.
  if (target !== undefined) resolver.owned.release(target)
  const from = resolver.parentAndName(fromPath)
  const to = resolver.parentAndName(toPath) ?? refuseDots(typeOf(attributes), fromPath, toPath)
  yield* copying.one({ inode, attributes, from, to, there, fromPath, toPath })
}
