/**
 * The path resolver, as a pure state machine. It does no I/O. It returns a `Lookup`, receives an `Entry` as the answer,
 * and so on until it returns an `Outcome`. The caller that answers the lookups is the *driver*. It decides which files
 * are walked: those of a disk, by their paths or by descriptors, or those of a tree in memory.
 *
 * @since 0.1.0
 */
import type { ComponentStack } from "./ComponentStack.js"
import * as many from "./internal/series.js"
import * as trace from "./internal/trace.js"
import * as internal from "./internal/walk.js"
import type { Policy } from "./Policy.js"
import type { RootedPath } from "./RootedPath.js"

/**
 * A question: what is `name` in `directory`?
 *
 * The name `.` asks only whether the user may search the directory, which the kernel checks before it follows a `.` or
 * `..` in it (`may_lookup` in `fs/namei.c`). No lookup ever asks for `..`.
 *
 * A lookup contains the whole state of the walk, so it may be answered more than once, each time with another entry.
 * Only lookups that a walk has made can be answered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lookup<H> {
  readonly _tag: "Lookup"
  readonly directory: ComponentStack<H>
  readonly name: string
  /**
   * Whether `name` is the last component of the path, or of the target of a link that was itself the last component.
   * Slashes after it make no difference. The kernel calls this `WALK_TRAILING` (`fs/namei.c`) and applies
   * `fs.protected_symlinks` only to such links.
   */
  readonly trailing: boolean
  /**
   * Whether the name is `trailing` and has slashes after it. Opening such a path with `O_CREAT` fails with EISDIR, no
   * matter which file is there.
   */
  readonly slashed: boolean
  /** Whether the walk must stay on one mount. If so, the entry has to say whether it is `mounted`. */
  readonly forbidsMounts: boolean
}

/**
 * The fields that every `Entry` for an existing file has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Found<out H> {
  readonly handle: H
  /**
   * Whether the file is on another mount than the directory it was looked up in. The walk reads this only if the lookup
   * `forbidsMounts`; it then fails if the field is missing.
   */
  readonly mounted?: boolean
}

/**
 * The answer to a `Lookup`: what the name is, that it is missing, or why it could not be looked up.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry<H> =
  | Found<H> & { readonly _tag: "Directory" }
  | SymbolicLink<H>
  | Found<H> & { readonly _tag: "Other" }
  | { readonly _tag: "Missing" }
  | Fault

/**
 * A symbolic link and its target. `magic` is `true` for the links of procfs that jump to a file instead of naming it. A
 * walk cannot follow these, and the kernel refuses to follow them inside a root (`nd_jump_link` in `fs/namei.c`).
 *
 * @since 0.1.0
 * @category models
 */
export interface SymbolicLink<H> extends Found<H> {
  readonly _tag: "SymbolicLink"
  readonly target: string
  readonly magic?: boolean
  /**
   * The reason why the target could not be read. Such a link can still be the result of a walk that keeps links. A walk
   * that follows the link fails for this reason.
   */
  readonly unreadable?: { readonly _tag: "Missing" } | Fault
  /**
   * The reason why the link may not be followed as the last component (`fs.protected_symlinks`). It has no effect for
   * other components, so the entry can be cached. As in the kernel, such a link counts towards the limit, and is
   * refused before `RESOLVE_NO_SYMLINKS` is checked.
   */
  readonly denied?: Fault
  /** Whether its mount has the option `nosymfollow` (`mount(8)`), so that no link on it may be followed. */
  readonly unfollowable?: boolean
}

/**
 * The reason why a lookup could not be answered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  readonly _tag: "Fault"
  readonly cause: unknown
}

/**
 * The outcome of a walk that found the file. If the policy permits names to be missing, it can also be the place for a
 * missing file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolved<H> {
  readonly _tag: "Resolved"
  /** The last place that was found to exist. */
  readonly place: ComponentStack<H>
  /** The type of the file at `place`. */
  readonly kind: Kind
  /** The names after `place` that are missing or were not looked up. It is empty if the file exists. */
  readonly tail: ReadonlyArray<string>
  /**
   * Whether slashes follow the missing last name, in the path or in a link's target. If so, only a directory can be
   * created there.
   */
  readonly slash: boolean
  readonly trace: Trace
}

/**
 * The type of a file that a walk found. It is `SymbolicLink` only if the policy says to keep the link.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind = "Directory" | "SymbolicLink" | "Other"

/**
 * The reason why a path did not resolve, and the place where the walk stopped.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unresolved {
  readonly _tag: "Failed"
  readonly reason: Reason
  /** The path of the component that caused the failure. */
  readonly at: RootedPath
}

/**
 * The outcome of a walk that failed. `deepest` is the last place that was found to exist. `remaining` is the rest of
 * the path as it was passed, or as `Policy.textOf` returned it if the path was relative. If a link could not be
 * followed to its end, that link is the first component of `remaining`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failed<H> extends Unresolved {
  readonly deepest: ComponentStack<H>
  readonly remaining: string
  /** Whether only slashes follow `at` in the path. If so, only a directory could be created there. */
  readonly slash: boolean
  readonly trace: Trace
}

/**
 * The reason why a walk failed.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason =
  | { readonly _tag: "Missing" }
  | { readonly _tag: "NotADirectory" }
  /** The links that lead to each other, in the order in which the walk found them. */
  | { readonly _tag: "Cycle"; readonly cycle: ReadonlyArray<RootedPath> }
  | { readonly _tag: "TooManySymlinks"; readonly limit: number }
  /** `by` says what forbids it: `symlinks: "forbid"`, or the mount that the link is on. */
  | { readonly _tag: "SymlinkForbidden"; readonly by: "policy" | "mount" }
  | { readonly _tag: "MagicLink"; readonly target: string }
  /** `via` is the link whose target would have left the root. It is absent if the path itself would have. */
  | { readonly _tag: "EscapesRoot"; readonly via?: RootedPath }
  /** `known` is `false` if the lookup did not say whether the file is on another mount. */
  | { readonly _tag: "CrossesMount"; readonly known: boolean }
  | Fault

/**
 * The result of a walk.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome<H> = Resolved<H> | Failed<H>

/**
 * The next lookup of a walk, or its outcome.
 *
 * @since 0.1.0
 * @category models
 */
export type Step<H> = Lookup<H> | Outcome<H>

declare const TraceBrand: unique symbol

/**
 * A record of the links that a walk followed. Read it with `hops` and `clamped`. Only walks and `traceOf` create
 * traces.
 *
 * @since 0.1.0
 * @category models
 */
export interface Trace {
  /** The number of links that the walk followed. */
  readonly links: number
  readonly [TraceBrand]: "Trace"
}

/**
 * One link that a walk followed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hop {
  readonly link: RootedPath
  readonly target: string
  /** Whether the target is absolute, so that the walk continued at the root. */
  readonly restarted: boolean
  /** Whether a `..` in the target stayed at the root. */
  readonly clamped: boolean
  /**
   * How deeply the link is nested in the targets of other links: `0` for a link in the path itself, `1` for a link in
   * its target.
   */
  readonly level: number
}

/**
 * Starts a walk at the root. It does not check `path` for NUL characters or for the kernel's length limits. The caller
 * has to refuse a path with a NUL, and to answer lookups of names that are too long with a `Fault`.
 *
 * @example
 * import { Walk } from "@procfsroot/path"
 *
 * const step = Walk.start("/srv/box", "/etc/passwd")
 * // step._tag is "Lookup": what is "etc" in the directory "/srv/box"?
 *
 * @since 0.1.0
 * @category constructors
 */
export const start: <H>(root: H, path: string, policy?: Policy) => Step<H> = internal.start

/**
 * Answers a lookup, and returns the next lookup or the outcome.
 *
 * @since 0.1.0
 * @category combinators
 */
export const answer: <H>(lookup: Lookup<H>, entry: Entry<H>) => Step<H> = internal.answer

/**
 * Runs a whole walk with a synchronous `lookup` function. The lookup passed to it is reused: it is valid only until
 * `lookup` returns, and must not be kept.
 *
 * @example
 * import { Walk } from "@procfsroot/path"
 *
 * const tree = new Map([["/etc", "dir"], ["/etc/passwd", "file"]])
 *
 * const outcome = Walk.run("", "/etc/passwd", ({ directory, name }) => {
 *   const handle = `${directory.handle}/${name}`
 *   const kind = tree.get(handle)
 *   if (kind === undefined) return { _tag: "Missing" }
 *   return { _tag: kind === "dir" ? "Directory" : "Other", handle }
 * })
 * // outcome._tag is "Resolved", outcome.place.handle is "/etc/passwd"
 *
 * @since 0.1.0
 * @category combinators
 */
export const run: <H>(root: H, path: string, lookup: (lookup: Lookup<H>) => Entry<H>, policy?: Policy) => Outcome<H> =
  internal.run

/**
 * Walks many paths of one root, and remembers the links it has followed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Series<H> {
  /** Walks a path, with the same outcome as `Walk.run`. */
  readonly run: (path: string) => Outcome<H>
  /** The number of links and directories that are remembered. */
  readonly size: number
}

/**
 * Makes a series of walks. A series follows each link only once, and walks the beginning that paths share only once. It
 * assumes that both lead to the same places from then on. To forget them, make another series. A series does not
 * remember beginnings of a path that are longer than 256 characters.
 *
 * For the same link, `lookup` must return handles that are equal as keys of a `Map`. For different links, it must
 * return handles that are not equal.
 *
 * @example
 * import { Walk } from "@procfsroot/path"
 *
 * const asked: Array<string> = []
 * const { run } = Walk.series("", ({ directory, name }) => {
 *   asked.push(name)
 *   const handle = `${directory.handle}/${name}`
 *   return handle === "/lib" ? { _tag: "SymbolicLink", target: "usr/lib", handle } : { _tag: "Directory", handle }
 * })
 * run("/lib/systemd")
 * run("/lib/x86_64-linux-gnu")
 * // asked is ["lib", "usr", "lib", "systemd", "x86_64-linux-gnu"]
 *
 * @since 0.1.0
 * @category constructors
 */
export const series: <H>(root: H, lookup: (lookup: Lookup<H>) => Entry<H>, policy?: Policy) => Series<H> = many.series

/**
 * Returns the path of a resolved outcome, including the names that are missing.
 *
 * @since 0.1.0
 * @category destructors
 */
export const toPath: <H>(outcome: Resolved<H>) => RootedPath = internal.toPath

/**
 * How far a walk got along its path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location {
  /** The deepest place on the way that exists. If nothing is missing, this is the resolved path itself. */
  readonly deepest: RootedPath
  /**
   * The rest of the path as it was passed, or an empty string. A link that could not be followed is part of the rest.
   */
  readonly remaining: string
}

/**
 * Returns how far a walk got along its path, whether it succeeded or failed.
 *
 * @since 0.1.0
 * @category destructors
 */
export const location: (outcome: Outcome<unknown>) => Location = internal.location

/**
 * Returns the links that a walk followed, in order.
 *
 * @since 0.1.0
 * @category destructors
 */
export const hops: (trace: Trace) => ReadonlyArray<Hop> = trace.hops

/**
 * Returns `true` if a `..` in the path itself, not in a link's target, stayed at the root.
 *
 * @since 0.1.0
 * @category destructors
 */
export const clamped: (trace: Trace) => boolean = trace.clamped

/**
 * Creates a trace from its hops, for example from those of a walk in another thread. `clamped` says whether a `..` in
 * the path itself stayed at the root.
 *
 * @since 0.1.0
 * @category constructors
 */
export const traceOf: (hops: ReadonlyArray<Hop>, clamped: boolean) => Trace = trace.fromHops
