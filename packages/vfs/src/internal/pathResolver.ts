/** Resolves a path to what an operation acts on: a file, or a directory and a name in it. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type * as Policy from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { type InodeOperations, MISSING, type OpenFlags, type ParentAndName } from "../InodeOperations.js"
import type { Errno } from "../Errno.js"
import { type Code, codeOfCause, fail, isErrno, make, unresolved } from "./errno.js"
import { ATTEMPTS, isPathTooLong } from "./limits.js"
import { Owned } from "./owned.js"
import { isNoName, split, upToName } from "./path.js"
import { followingAll, type Policies } from "./pathPolicy.js"

/**
 * What a path leads to for O_CREAT: an existing file, or the place for a new one.
 *
 * @internal
 */
export type Target<H> = { readonly inode: H } | ParentAndName<H>

/**
 * The name that a path leads to after all links, and the file that has it.
 *
 * @internal
 */
export interface Replaceable<H> {
  readonly place: ParentAndName<H>
  readonly inode: H | undefined
}

const codeOf = (reason: Walk.Reason): string => {
  switch (reason._tag) {
    case "Missing":
      return "ENOENT"
    case "NotADirectory":
      return "ENOTDIR"
    case "Fault":
      return codeOfCause(reason.cause)
    case "MagicLink":
    case "EscapesRoot":
    case "CrossesMount":
      return "EXDEV"
    case "Cycle":
    case "TooManySymlinks":
    case "SymlinkForbidden":
      return "ELOOP"
  }
}

const failureOf = (path: string, outcome: Walk.Unresolved): Errno => {
  const { reason } = outcome
  return unresolved(codeOf(reason), { path, outcome }, reason._tag === "Fault" ? reason.cause : undefined)
}

/** @internal */
export const throwFailed = (path: string, outcome: Walk.Unresolved): never => {
  throw failureOf(path, outcome)
}

const orThrow = <H>(found: H | Errno): H => {
  if (isErrno(found)) throw found
  return found
}

/**
 * Resolves paths for one operation, which owns every handle that is found on the way.
 *
 * @internal
 */
export class PathResolver<H, F> {
  readonly operations: InodeOperations<H, F>
  readonly root: H
  readonly owned: Owned<H>
  readonly #policies: Policies

  constructor(operations: InodeOperations<H, F>, policies: Policies, root: H, owned: Owned<H>) {
    this.operations = operations
    this.#policies = policies
    this.root = root
    this.owned = owned
  }

  /** Returns the file. If the path ends in a link, the link is followed. */
  existing(path: string): H {
    return orThrow(this.findExisting(path))
  }

  /**
   * Returns the open file, which may be a new one, or `undefined` if the system cannot open whole paths. With `noFollow`,
   * a link at the end is refused.
   */
  opened(path: string, flags: OpenFlags, mode: number, noFollow: boolean): F | undefined {
    const { follow, keep } = this.#policies
    const policy = noFollow ? keep : follow
    const opened = this.operations.openPath?.(this.root, path, policy, flags, mode)
    if (opened !== MISSING) return opened
    const outcome = this.operations.missing?.(this.root, path, policy)
    return outcome === undefined ? undefined : throwFailed(path, outcome)
  }

  /** Returns the file. If the path ends in a link, this is the link itself. */
  kept(path: string): H {
    return orThrow(this.findKept(path))
  }

  /** Like `existing`, but returns the failure. */
  findExisting(path: string): H | Errno {
    return this.#find(path, this.#policies.follow)
  }

  /** Like `kept`, but returns the failure. */
  findKept(path: string): H | Errno {
    return this.#find(path, this.#policies.keep)
  }

  /** Fails for a path that is empty or too long, which `getname` refuses before anything is looked up. */
  check(path: string): void {
    const refusal = this.#refusal(path)
    if (refusal !== undefined) throw refusal
  }

  /** What the kernel checks before it looks up a path to open: the new descriptor comes first (`do_sys_openat2`). */
  checkToOpen(path: string): void {
    this.check(path)
    this.operations.mayOpen?.()
  }

  #refusal(path: string): Errno | undefined {
    if (path === "") return unresolved("ENOENT", { path, outcome: undefined })
    if (!isPathTooLong(path, this.operations.pathBytes?.())) return undefined
    return unresolved("ENAMETOOLONG", { path, outcome: undefined })
  }

  /** Whether the path leads to this file, by links of any kind. Handles that are found on the way are not kept. */
  leadsTo(path: string, inode: H): boolean {
    const { identity, release } = this.operations
    const owned = new Owned<H>(release)
    try {
      const resolver = new PathResolver(this.operations, this.#policies, this.root, owned)
      const found = resolver.#find(path, followingAll(this.#policies.follow))
      return !isErrno(found) && identity(found) === identity(inode)
    } finally {
      owned.close()
    }
  }

  /** Like `existing`, but returns `undefined` if the file is missing. */
  existingIfThere(path: string): H | undefined {
    return this.#ifThere(path, this.#policies.follow)
  }

  /** Like `kept`, but returns `undefined` if the file is missing. */
  keptIfThere(path: string): H | undefined {
    return this.#ifThere(path, this.#policies.keep)
  }

  #ifThere(path: string, policy: Policy.Policy): H | undefined {
    this.check(path)
    const known = this.#ask(path, policy)
    if (known === MISSING) return undefined
    if (known !== undefined) return known
    const outcome = this.#walk(path, policy)
    if (outcome._tag === "Resolved") return outcome.place.handle
    return outcome.reason._tag === "Missing" ? undefined : throwFailed(path, outcome)
  }

  /**
   * Returns the last name of `path` and the directory that contains it. Returns `undefined` if the last component is
   * not a name but `.`, `..` or `/` (the kernel's LAST_DOT, LAST_DOTDOT and LAST_ROOT). In both cases the directory
   * exists.
   */
  parentAndName(path: string): ParentAndName<H> | undefined {
    this.check(path)
    const { follow, parent } = this.#policies
    const { before, name, slash } = split(path)
    if (isNoName(name)) {
      orThrow(this.#find(path, follow))
      return undefined
    }
    if (this.#isInRoot(before)) return { directory: this.root, name, slash }
    // The dot ensures that a link before the name is not the last component: the kernel follows it even where
    // `fs.protected_symlinks` would forbid that at the end.
    const directory = this.#open(`${before}.`, follow) ?? this.#resolved(before + name, parent, path).place.handle
    return { directory, name, slash }
  }

  /**
   * Like `parentAndName`, for the second path of an operation. If the text before its name is that of the first path,
   * the directory is the same, and is not looked up again.
   */
  secondPlace(path: string, firstPath: string, first: ParentAndName<H> | undefined): ParentAndName<H> | undefined {
    const { before, name, slash } = split(path)
    if (first === undefined || isNoName(name) || before !== split(firstPath).before) return this.parentAndName(path)
    this.check(path)
    return { directory: first.directory, name, slash }
  }

  /**
   * Whether the name is directly in the root, and nothing has to be looked up before it is used. Where the kernel
   * resolves paths, each of its calls on a directory and a name checks search permission for the directory.
   */
  #isInRoot(before: string): boolean {
    return before === "" && this.operations.open !== undefined && this.#policies.follow.from === "/"
  }

  /** Like `parentAndName`, but fails with `code` for `.`, `..` and `/`. */
  place(path: string, code: Code): ParentAndName<H> {
    return this.parentAndName(path) ?? fail(code)
  }

  /**
   * Returns what `path` leads to for a call with O_CREAT. If it ends in a dangling link, the file is created at the
   * link's target. A slash after the last name, in the path or in the target of a link at its end, fails with EISDIR,
   * whatever is there (`open_last_lookups` in `fs/namei.c`). With `noFollow`, a link at the end of the path is the file
   * itself.
   */
  target(path: string, noFollow = false): Target<H> {
    this.check(path)
    const { operations } = this
    const { create, createKept } = this.#policies
    const { sticky } = operations
    const known = this.knownTarget(path, noFollow)
    if (known !== undefined) return { inode: known }
    const { place, tail: [name] } = this.#toCreate(path, noFollow ? createKept : create)
    if (name !== undefined) return { directory: place.handle, name, slash: false }
    const directory = place.parent?.handle
    // The file of another user is refused, because the caller expects to create a new one (`may_create_in_sticky` in
    // `fs/namei.c`).
    if (directory !== undefined && sticky?.concerns(place.handle) === true && sticky.denies(place.handle, directory)) {
      fail("EACCES")
    }
    return { inode: place.handle }
  }

  /** Returns the file that `target` would return, if the system finds it without a walk and it cannot be refused. */
  knownTarget(path: string, noFollow = false): H | undefined {
    const { follow, keep } = this.#policies
    const known = path.endsWith("/") ? undefined : this.#open(path, noFollow ? keep : follow)
    return known !== undefined && this.operations.sticky?.concerns(known) !== true ? known : undefined
  }

  /** Like `target`, but also returns the place of an existing file, where another file can replace it. */
  replaceable(path: string): Replaceable<H> {
    this.check(path)
    const { place: { handle, name: last, parent }, tail: [name] } = this.#toCreate(path, this.#policies.create)
    if (name !== undefined) return { place: { directory: handle, name, slash: false }, inode: undefined }
    if (parent === undefined) return fail("EISDIR") // the root
    return { place: { directory: parent.handle, name: last, slash: false }, inode: handle }
  }

  /** Resolves a path whose last name may be missing. A slash after it fails with EISDIR. */
  #toCreate(path: string, policy: Policy.Policy): Walk.Resolved<H> {
    const answer = this.#answers()
    const lookup = (asked: Walk.Lookup<H>): Walk.Entry<H> => asked.slashed ? this.#onlyDirectory(asked) : answer(asked)
    const outcome = Walk.run(this.root, path, lookup, policy)
    return outcome._tag === "Failed" ? throwFailed(path, outcome) : outcome
  }

  /** Fails with EISDIR, but only after search permission has been checked, as in the kernel (`link_path_walk`). */
  #onlyDirectory({ directory }: Walk.Lookup<H>): Walk.Entry<H> {
    const searched = this.#search(directory)
    return searched._tag === "Directory" ? { _tag: "Fault", cause: make("EISDIR") } : searched
  }

  #search(directory: ComponentStack.ComponentStack<H>): Walk.Entry<H> {
    const asked = {
      _tag: "Lookup",
      directory,
      name: ".",
      trailing: false,
      slashed: false,
      forbidsMounts: false
    } as const
    return this.#answers()(asked)
  }

  /** Checks search permission, for calls that fail without looking up the name: the kernel checks it first. */
  checkSearch({ directory }: ParentAndName<H>): void {
    const searched = this.#search(ComponentStack.make(directory))
    if (searched._tag === "Fault") throw make(codeOfCause(searched.cause), searched.cause)
  }

  /** Returns the path of the file inside the root. */
  locate(path: string): RootedPath {
    this.check(path)
    const { follow } = this.#policies
    return this.operations.locate?.(this.root, path, follow) ?? Walk.toPath(this.#resolved(path, follow))
  }

  /**
   * Resolves the path. `makeName` creates each missing name of the path itself, and gets the path up to that name. A
   * name that disappears again is created again, up to a limit. Missing names in a link's target or in `Policy.from`
   * are not created.
   */
  making(path: string, makeName: (place: ParentAndName<H>, upTo: string) => void): Walk.Outcome<H> {
    this.check(path)
    const answer = this.#answers()
    let step = Walk.start(this.root, path, this.#policies.follow)
    let attempt = 1
    while (step._tag === "Lookup") {
      const next = Walk.answer(step, answer(step))
      const missing = missingOwn(step, next)
      if (missing !== undefined && missing.length > path.length) return next as Walk.Failed<H> // a name is missing
      if (missing === undefined) {
        attempt = 1
        step = next
        continue
      }
      // The current directory was removed, or another process keeps removing what was created.
      if (step.name === "." || attempt++ > ATTEMPTS) fail("ENOENT")
      const upTo = upToName(path, path.lastIndexOf(missing) + step.name.length)
      makeName({ directory: step.directory.handle, name: step.name, slash: false }, upTo)
    }
    return step
  }

  /**
   * Yields the file at `path`, or the deepest existing directory on the way to it, and then all directories above it,
   * up to the root.
   */
  *ancestors(path: string): Iterable<H> {
    this.check(path)
    let node: ComponentStack.ComponentStack<H> | undefined = this.#resolved(path, this.#policies.reach).place
    for (; node !== undefined; node = node.parent) yield node.handle
  }

  #find(path: string, policy: Policy.Policy): H | Errno {
    const refusal = this.#refusal(path)
    if (refusal !== undefined) return refusal
    const known = this.#ask(path, policy)
    if (known === MISSING) {
      const outcome = this.operations.missing?.(this.root, path, policy)
      if (outcome !== undefined) return failureOf(path, outcome)
    } else if (known !== undefined) return known
    const outcome = this.#walk(path, policy)
    return outcome._tag === "Resolved" ? outcome.place.handle : failureOf(path, outcome)
  }

  #open(path: string, policy: Policy.Policy): H | undefined {
    const known = this.#ask(path, policy)
    return known === MISSING ? undefined : known
  }

  /** Asks the system, if it can resolve whole paths. */
  #ask(path: string, policy: Policy.Policy): H | typeof MISSING | undefined {
    const known = this.operations.open?.(this.root, path, policy)
    return known === undefined || known === MISSING ? known : this.owned.own(known)
  }

  #resolved(path: string, policy: Policy.Policy, asked = path): Walk.Resolved<H> {
    const outcome = this.#walk(path, policy)
    return outcome._tag === "Resolved" ? outcome : throwFailed(asked, outcome)
  }

  #walk(path: string, policy: Policy.Policy): Walk.Outcome<H> {
    return Walk.run(this.root, path, this.#answers(), policy)
  }

  /** Returns the function that answers the lookups of a walk. */
  #answers(): (asked: Walk.Lookup<H>) => Walk.Entry<H> {
    const { operations, owned } = this
    const own = (handle: H): H => owned.own(handle)
    return (asked) => operations.lookup(asked, own)
  }
}

/**
 * Returns the rest of the path from the missing name, if the name is part of the path itself and not of a link's
 * target.
 */
const missingOwn = <H>({ directory, name }: Walk.Lookup<H>, step: Walk.Step<H>): string | undefined => {
  if (step._tag !== "Failed" || step.reason._tag !== "Missing" || step.deepest !== directory) return undefined
  const [first] = step.remaining.split("/", 1)
  return first === name || (name === "." && first === "..") ? step.remaining : undefined
}
