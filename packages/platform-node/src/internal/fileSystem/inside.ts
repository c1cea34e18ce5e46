/** Finds the file, or the directory to put one in, for one operation: everything it returns is held open. */
import type { ComponentStack } from "@procfsroot/path/ComponentStack"
import type { Policy } from "@procfsroot/path/Policy"
import * as PathPolicy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { isResolveError, RootClosed } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as Either from "effect/Either"
import type { OpenRoot, RootHandle } from "../nodeRoot.js"
import type { Protection } from "../protection.js"
import { fstatSync } from "node:fs"
import { walk, walkMaking } from "./descriptorWalk.js"
import type { FoundFile } from "./foundFiles.js"
import type { Hold } from "./hold.js"
import type { Identity } from "./identity.js"
import { errnoError } from "../errnoError.js"

/** A file system follows as many links as Linux does (`MAXSYMLINKS` in `include/linux/namei.h`). */
const maxSymlinks = 40

const follow = PathPolicy.make({ maxSymlinks })
const keep = PathPolicy.make({ maxSymlinks, lastComponent: "keep" })
const parent = PathPolicy.make({ maxSymlinks, lastComponent: "unchecked" })
const create = PathPolicy.make({ maxSymlinks, missing: "last" })
const reach = PathPolicy.make({ maxSymlinks, lastComponent: "keep", missing: "tail" })

/** The directory that an operation acts in, and the name it acts on. */
export interface Slot {
  readonly directory: number
  readonly name: string
  /** Slashes behind the name, which the system call is to see. */
  readonly slash: boolean
}

/** What a path that may be created leads to: a file that is there, or the slot for it. */
export type Target = { readonly fd: number } | Slot

/**
 * A path before and behind its last name, which is empty for `/` alone.
 *
 * @internal
 */
export const split = (path: string): { readonly before: string; readonly name: string; readonly slash: boolean } => {
  let end = path.length
  while (path.charCodeAt(end - 1) === SLASH) end--
  const start = path.lastIndexOf("/", end - 1) + 1
  return { before: path.slice(0, start), name: path.slice(start, end), slash: end < path.length }
}

const SLASH = 47

/** A file is refused, where a new one was meant: `may_create_in_sticky` in `fs/namei.c`. */
const checkSticky = (protection: Protection, { handle, parent: directory }: ComponentStack<FoundFile>): void => {
  const file = fstatSync(handle.fd)
  if (directory === undefined || !protection.concernsFile(file)) return
  if (protection.deniesFile(file, fstatSync(directory.handle.fd))) throw errnoError("EACCES", "open")
}

/** @internal */
export class Inside {
  readonly name: string
  readonly #root: RootHandle

  constructor(name: string, root: RootHandle) {
    this.name = name
    this.#root = root
  }

  /**
   * The same root for an operation that goes on after this turn of the event loop, which has to close it. The root stays
   * open until then, even if its layer is closed meanwhile.
   */
  retain(path: string): Inside {
    this.#opened(path)
    return new Inside(this.name, this.#root.retain())
  }

  close(): void {
    this.#root.close()
  }

  /** Throws `RootClosed` when the root is closed. */
  checkOpen(path: string): void {
    this.#opened(path)
  }

  /** The file itself, the last link followed. Throws a `ResolveError`. */
  existing(path: string, hold: Hold): number {
    return this.#open(path, path, follow, hold)
  }

  /** As `kept`, `undefined` where nothing is. */
  ifThere(path: string, hold: Hold): number | undefined {
    try {
      return this.kept(path, hold)
    } catch (error) {
      if (isResolveError(error) && error._tag === "PathNotFound") return undefined
      throw error
    }
  }

  /** The file itself; a link that `path` ends in is the file. */
  kept(path: string, hold: Hold): number {
    return this.#open(path, path, keep, hold)
  }

  /**
   * The directory that the last name of `path` is in; `undefined` where the last component is no name (`.`, `..`, `/`),
   * as the kernel's LAST_DOT, LAST_DOTDOT and LAST_ROOT. The directory is there in either case.
   */
  slot(path: string, hold: Hold): Slot | undefined {
    const { before, name, slash } = split(path)
    if (name === "" || name === "." || name === "..") {
      this.existing(path, hold)
      return undefined
    }
    // Behind a dot, a link before the name is not the last component: the kernel follows it even where it would not follow
    // it at the end (`fs.protected_symlinks`).
    const known = this.#ask(`${before}.`, follow, this.#check(path), hold)
    const directory = known ?? this.#resolved(before + name, path, parent, hold).place.handle.fd
    return { directory, name, slash }
  }

  /**
   * What `path` leads to, for a call with O_CREAT: through a dangling link, the link's target. A slash at the end, of the
   * path or of a link's target, is EISDIR whatever is there (`lookup_fast_for_open` in `fs/namei.c`).
   */
  target(path: string, hold: Hold): Target {
    if (path.endsWith("/")) {
      this.slot(path, hold)
      throw errnoError("EISDIR", "open")
    }
    const root = this.#check(path)
    const known = this.#ask(path, follow, root, hold)
    if (known !== undefined && !root.protection.concernsFile(fstatSync(known))) return { fd: known }
    const outcome = this.#walk(path, create, hold)
    if (outcome.slash) throw errnoError("EISDIR", "open")
    if (outcome._tag === "Failed") return this.fail(path, outcome)
    const { place, tail: [name] } = outcome
    if (name !== undefined) return { directory: place.handle.fd, name, slash: false }
    checkSticky(root.protection, place)
    return { fd: place.handle.fd }
  }

  /** Where the file is, inside the root. */
  pathOf(path: string, hold: Hold): RootedPath.RootedPath {
    return this.#check(path).kernel?.resolve(path, follow) ?? Walk.toPath(this.#resolved(path, path, follow, hold))
  }

  /** How far the path leads when `makeName` makes what it lacks. */
  making(path: string, makeName: (place: string | Buffer) => void, hold: Hold): Walk.Outcome<FoundFile> {
    return walkMaking(this.#check(path), path, follow, hold, makeName)
  }

  /** Throws what a failed walk means to whoever asked for `path`. */
  fail(path: string, outcome: Walk.Failed<unknown>): never {
    throw Either.getOrThrowWith(Either.flip(Root.fromOutcome(this.name, path, outcome)), (error) => error)
  }

  /** What is at `path`, or the last directory on the way to it, and all above, up to the root. */
  *ancestors(path: string, hold: Hold): Iterable<Identity> {
    this.#check(path)
    let node: ComponentStack<FoundFile> | undefined = this.#resolved(path, path, reach, hold).place
    for (; node !== undefined; node = node.parent) yield node.handle.identify()
  }

  #opened(path: string): OpenRoot {
    if (!this.#root.isOpen) throw new RootClosed({ root: this.name, path, at: RootedPath.root })
    return this.#root.value
  }

  /** What is to be asked, if the path may be asked for at all. */
  #check(path: string): OpenRoot {
    const root = this.#opened(path)
    const refusal = Root.refusal(this.name, path)
    if (refusal !== undefined) throw refusal
    return root
  }

  #open(path: string, asked: string, policy: Policy, hold: Hold): number {
    return this.#ask(path, policy, this.#check(asked), hold) ??
      this.#resolved(path, asked, policy, hold).place.handle.fd
  }

  #ask(path: string, policy: Policy, { kernel }: OpenRoot, hold: Hold): number | undefined {
    if (kernel === undefined) return undefined
    const fd = kernel.open(path, policy)
    return fd === undefined ? undefined : hold.adopt(fd, kernel.close)
  }

  #walk(path: string, policy: Policy, hold: Hold): Walk.Outcome<FoundFile> {
    return walk(this.#root.value, path, policy, hold)
  }

  #resolved(path: string, asked: string, policy: Policy, hold: Hold): Walk.Resolved<FoundFile> {
    const outcome = this.#walk(path, policy, hold)
    return outcome._tag === "Resolved" ? outcome : this.fail(asked, outcome)
  }
}
