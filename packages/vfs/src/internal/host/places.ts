/** Resolves the paths of an operation in the root, and looks up the files there. */
import { type Policy, textOf } from "@procfsroot/path/Policy"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { Asking, HostFileSystem, Info, Root } from "../../HostFileSystem.js"
import type { ResolveFailure } from "../../ResolveFailure.js"
import type { PathPolicy } from "../../PathPolicy.js"
import type { PathUse } from "../../PathUse.js"
import { fail, failIn, make, unresolved } from "../errno.js"
import { isPathTooLong } from "../limits.js"
import { below, isNoName, split, withoutSlashes } from "../path.js"
import { copy, type Policies, policiesOf } from "../pathPolicy.js"
import { Failure } from "./ask.js"
import { entryAt, notText } from "./lookup.js"

/**
 * A name in an existing directory (`filename_parentat` in `fs/namei.c`).
 *
 * @internal
 */
export interface Named {
  /** The path of the name, whether or not it exists. */
  readonly place: RootedPath
  /** Whether slashes follow the name. */
  readonly slash: boolean
}

/**
 * Returns the directory that contains a place. For the root, that is the root itself.
 *
 * @internal
 */
export const parentOf = (path: RootedPath): RootedPath => (withoutSlashes(split(path).before) || "/") as RootedPath // rooted too

/** @internal */
export const child = (directory: RootedPath, name: string): RootedPath => below(directory, name) as RootedPath // `name` is an entry of the directory

/**
 * The names in a directory, of those that the file system below lists: without `.` and `..`, as Node lists them. Fails
 * with EIO if it lists what is not a name, as the kernel does (`verify_dirent_name` in `fs/readdir.c`): the text would
 * lead elsewhere.
 *
 * @internal
 */
export const namesIn = (listed: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (listed.some((name) => name === "" || name.includes("/"))) failIn("scandir", [], "EIO")
  return listed.filter((name) => !isNoName(name))
}

/**
 * Fails for text that is not well-formed: the file system below would use another name instead.
 *
 * @internal
 */
export const checkText = <Text extends string>(text: Text): Text => {
  if (text.isWellFormed()) return text
  const at = (text.startsWith("/") ? text : root) as RootedPath // a place, or the root for any other text
  throw unresolved("EILSEQ", { path: text, outcome: { at, reason: notText } })
}

/** @internal */
export const failed = (path: string, failure: ResolveFailure): never => {
  throw unresolved(failure.code, { path, outcome: undefined, failure })
}

const reached = (path: string, result: RootedPath | ResolveFailure): RootedPath =>
  typeof result === "string" ? checkText(result) : failed(path, result)

/** @internal */
export class Places {
  readonly root: Root
  readonly host: HostFileSystem
  readonly policy: PathPolicy
  readonly policies: Policies

  constructor(root: Root, host: HostFileSystem, policy: PathPolicy = {}) {
    this.root = root
    this.host = host
    this.policy = copy(policy)
    this.policies = policiesOf(this.policy)
  }

  at(place: RootedPath): string {
    return this.root.hostPath(place)
  }

  *stat(place: RootedPath): Asking<Info> {
    return yield* this.host.stat(this.at(place))
  }

  /** Returns the place that `path` leads to. */
  *find(path: string, use: Exclude<PathUse, "parent">): Asking<RootedPath> {
    switch (use) {
      case "follow":
        return yield* this.resolve(path, this.policies.follow)
      case "keep":
        return yield* this.resolve(path, this.policies.keep)
      case "create":
        return yield* this.#create(path)
      case "createNew": {
        const { place, slash } = yield* this.named(path)
        return slash ? fail("EISDIR") : place
      }
    }
  }

  *resolve(path: string, policy: Policy): Asking<RootedPath> {
    return reached(path, yield* this.root.resolve(path, policy))
  }

  /**
   * Resolves the directory, without looking up the last name. Returns `undefined` if the last component is not a name;
   * then the path exists.
   */
  *parentAndName(path: string): Asking<Named | undefined> {
    if (isPathTooLong(path)) throw unresolved("ENAMETOOLONG", { path, outcome: undefined })
    const { before, name, slash } = split(path)
    if (isNoName(name)) {
      yield* this.find(path, "follow")
      return undefined
    }
    return { place: yield* this.resolve(before + name, this.policies.parent), slash }
  }

  /** Like `parentAndName`, but fails with EEXIST for `.`, `..` and `/`. */
  *named(path: string): Asking<Named> {
    return (yield* this.parentAndName(path)) ?? fail("EEXIST")
  }

  /** Returns the place for a call with O_NOFOLLOW, which refuses a link itself (`may_open` in `fs/namei.c`). */
  *unfollowed(path: string, use: "follow" | "create"): Asking<RootedPath> {
    if (use === "create" && path.endsWith("/")) return yield* this.#directoryOnly(path)
    const { createKept, keep } = this.policies
    const place = yield* this.resolve(path, use === "create" ? createKept : keep)
    return (yield* this.lookup(place))._tag === "SymbolicLink" ? fail("ELOOP") : place
  }

  *#create(path: string): Asking<RootedPath> {
    if (path.endsWith("/")) return yield* this.#directoryOnly(path)
    const { hops, result } = yield* this.root.explain(path, this.policies.create)
    if (hops.some(({ target }) => target.endsWith("/"))) yield* this.#checkLinkSlashes(path, hops)
    return reached(path, result)
  }

  /**
   * Fails with EISDIR if the path ends in a name: slashes are only valid after a directory, and O_CREAT does not create
   * one (`open_last_lookups`).
   */
  *#directoryOnly(path: string): Asking<RootedPath> {
    return (yield* this.parentAndName(path)) === undefined ? yield* this.find(path, "follow") : fail("EISDIR")
  }

  /**
   * O_CREAT also refuses slashes after the last name of a link's target. Only paths with such links are resolved again.
   */
  *#checkLinkSlashes(path: string, hops: ReadonlyArray<Walk.Hop>): Asking<void> {
    const top = atTop(this)
    let text = textOf(this.policies.create, path)
    for (let links = 0; links <= hops.length; links++) {
      if (text.endsWith("/")) yield* top.#directoryOnly(text)
      const found = yield* top.parentAndName(text)
      const hop = hops.find(({ link }) => link === found?.place)
      if (found === undefined || hop === undefined) return
      // Relative, since the policy can refuse absolute paths. The policy has already followed this link, so it does not
      // refuse the target.
      text = hop.target.startsWith("/") ? hop.target : `.${parentOf(found.place)}/${hop.target}`
    }
  }

  /** Looks up a place whose parents exist. A missing name is an answer, not a failure. */
  *lookup(place: RootedPath): Asking<Exclude<Walk.Entry<string>, Walk.Fault>> {
    if (place === "/") return { _tag: "Directory", handle: this.at(place) }
    // The file system below cannot tell whether a mount begins there.
    if (this.policies.follow.mounts === "forbid") fail("EXDEV")
    try {
      return yield* entryAt(this.host, withoutSlashes(this.at(parentOf(place))), split(place).name)
    } catch (thrown) {
      // Without the system call, because the caller did not ask for readlink(2).
      throw thrown instanceof Failure && thrown.errno !== undefined ? make(thrown.errno) : thrown
    }
  }
}

/**
 * The same places, where paths without a leading slash start at the root: a policy can refuse those with one.
 *
 * @internal
 */
export const atTop = ({ host, policy, root }: Places): Places => new Places(root, host, { ...policy, from: undefined })
