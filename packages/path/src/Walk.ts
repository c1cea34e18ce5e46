/**
 * The resolver as a pure state machine. It does no I/O: it asks a `Lookup`, receives an `Entry`, and continues until it
 * has an `Outcome`. The driver, which answers the lookups, decides what is walked: a disk by path text, a disk by
 * descriptors, a tree in memory.
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
 * The name `.` asks whether the directory may be searched, which the kernel checks before it follows a `.` or `..` in
 * it (`may_lookup` in `fs/namei.c`). No lookup ever asks for `..`.
 *
 * A lookup is a value: it contains the whole state of the walk, and may be answered more than once. Only a walk can
 * make a lookup that can be answered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lookup<H> {
  readonly _tag: "Lookup"
  readonly directory: ComponentStack<H>
  readonly name: string
  /**
   * A link found here would be followed as the last component: of the path, or of the target of a link that was itself
   * followed so, with or without slashes after it. `WALK_TRAILING` in `fs/namei.c`, which decides whether
   * `fs.protected_symlinks` applies.
   */
  readonly trailing: boolean
  /** It is trailing, and slashes follow it in the text that it is in: `O_CREAT` is EISDIR, whatever is there. */
  readonly slashed: boolean
  /** The walk may not cross mounts, so the entry has to say whether it is `mounted`. */
  readonly forbidsMounts: boolean
}

/**
 * The fields of an `Entry` that exists.
 *
 * @since 0.1.0
 * @category models
 */
export interface Found<out H> {
  readonly handle: H
  /**
   * Whether it is on another mount than the directory it was looked up in. It is read only if the lookup
   * `forbidsMounts`; then an entry without it is refused.
   */
  readonly mounted?: boolean
}

/**
 * The answer to a `Lookup`.
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
 * A link and its text. `magic` marks links of procfs that jump to a file instead of naming one: no walk can follow
 * them, and the kernel refuses to follow them inside a root (`nd_jump_link` in `fs/namei.c`).
 *
 * @since 0.1.0
 * @category models
 */
export interface SymbolicLink<H> extends Found<H> {
  readonly _tag: "SymbolicLink"
  readonly target: string
  readonly magic?: boolean
  /** Why the text could not be read, if it could not. Such a link can be kept, and following it fails with this. */
  readonly unreadable?: { readonly _tag: "Missing" } | Fault
  /**
   * Why the link may not be followed as the last component (`fs.protected_symlinks`). It has no effect elsewhere, so
   * the entry can be remembered. The kernel counts such a link, and refuses it before it checks `RESOLVE_NO_SYMLINKS`.
   */
  readonly denied?: Fault
}

/**
 * The lookup could not be answered, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  readonly _tag: "Fault"
  readonly cause: unknown
}

/**
 * The walk found the file (or, as far as the policy lets names be missing, the place for it).
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolved<H> {
  readonly _tag: "Resolved"
  /** The last place that was looked up and exists. */
  readonly place: ComponentStack<H>
  /** What is at `place`. */
  readonly kind: Kind
  /** The names after `place` that are missing or unchecked; none for a file that exists. */
  readonly tail: ReadonlyArray<string>
  /** Slashes follow the missing last name, in the path or in a link's target: only a directory can be made there. */
  readonly slash: boolean
  readonly trace: Trace
}

/**
 * What is at a place. Only a kept link is a `SymbolicLink`.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind = "Directory" | "SymbolicLink" | "Other"

/**
 * Where a path could not be resolved any further, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unresolved {
  readonly _tag: "Failed"
  readonly reason: Reason
  /** The place of the problem. */
  readonly at: RootedPath
}

/**
 * The walk failed. `deepest` is the last place that exists, and `remaining` the rest of the path as passed, after
 * `Policy.from` if that applies. If a link could not be followed to its end, that link is the first remaining component.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failed<H> extends Unresolved {
  readonly deepest: ComponentStack<H>
  readonly remaining: string
  /** Nothing but slashes follows `at`: only a directory could be there. */
  readonly slash: boolean
  readonly trace: Trace
}

/**
 * Why a walk failed.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason =
  | { readonly _tag: "Missing" }
  | { readonly _tag: "NotADirectory" }
  /** The links that lead to each other, in the order in which they were met. */
  | { readonly _tag: "Cycle"; readonly cycle: ReadonlyArray<RootedPath> }
  | { readonly _tag: "TooManySymlinks"; readonly limit: number }
  | { readonly _tag: "SymlinkForbidden" }
  | { readonly _tag: "MagicLink"; readonly target: string }
  /** `via` is the link that would have left the root, if it was not the path itself. */
  | { readonly _tag: "EscapesRoot"; readonly via?: RootedPath }
  /** If it is not `known`, the lookup did not say whether the file is on another mount. */
  | { readonly _tag: "CrossesMount"; readonly known: boolean }
  | Fault

/**
 * How a walk ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome<H> = Resolved<H> | Failed<H>

/**
 * What a walk needs next, or how it ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Step<H> = Lookup<H> | Outcome<H>

declare const TraceBrand: unique symbol

/**
 * The links that a walk has followed, to be read by `hops` and `clamped`. Only a walk makes one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Trace {
  /** How many links have been followed. */
  readonly links: number
  readonly [TraceBrand]: "Trace"
}

/**
 * A link that was followed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hop {
  readonly link: RootedPath
  readonly target: string
  /** The target is absolute, and the walk continued at the root. */
  readonly restarted: boolean
  /** A `..` of the target was kept at the root. */
  readonly clamped: boolean
  /** How many links' targets this one is nested in; `0` for a link of the path itself. */
  readonly level: number
}

/**
 * Begins a walk at the root. It does not check for NUL characters or for the kernel's limits of lengths: the caller refuses
 * a path with NUL, and `lookup` fails for names that are too long.
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
 * Answers a lookup, and returns what comes next.
 *
 * @since 0.1.0
 * @category combinators
 */
export const answer: <H>(lookup: Lookup<H>, entry: Entry<H>) => Step<H> = internal.answer

/**
 * The whole walk, for drivers that answer every lookup synchronously. A lookup is valid only until it is answered, and
 * must not be kept.
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
 * Walks many paths of one root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Series<H> {
  /** The outcome is the same as that of `run`. */
  readonly run: (path: string) => Outcome<H>
  /** How many links are remembered. */
  readonly size: number
}

/**
 * Walks many paths of one root, and follows each link only once: where it leads to is taken to stay the same. To forget
 * it, make another series.
 *
 * Two lookups have to give equal handles (as keys of a `Map` are) if they find the same link, and only then.
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
 * // asked is ["lib", "usr", "lib", "systemd", "lib", "x86_64-linux-gnu"]
 *
 * @since 0.1.0
 * @category constructors
 */
export const series: <H>(root: H, lookup: (lookup: Lookup<H>) => Entry<H>, policy?: Policy) => Series<H> = many.series

/**
 * The path of a resolved outcome, missing names included.
 *
 * @since 0.1.0
 * @category destructors
 */
export const toPath: <H>(outcome: Resolved<H>) => RootedPath = internal.toPath

/**
 * How far a walk came.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location {
  /** The deepest place on the way that exists; the whole path if nothing is missing. */
  readonly deepest: RootedPath
  /** The rest of the path as passed, empty if nothing remains. A link that could not be followed is part of it. */
  readonly remaining: string
}

/**
 * How far the walk of an outcome came, whether it resolved or failed.
 *
 * @since 0.1.0
 * @category destructors
 */
export const location: (outcome: Outcome<unknown>) => Location = internal.location

/**
 * The links that were followed, in order.
 *
 * @since 0.1.0
 * @category destructors
 */
export const hops: (trace: Trace) => ReadonlyArray<Hop> = trace.hops

/**
 * Whether a `..` of the path itself was kept at the root.
 *
 * @since 0.1.0
 * @category destructors
 */
export const clamped: (trace: Trace) => boolean = trace.clamped

/**
 * A trace with these hops, such as those of a walk in another thread. `clamped` says whether a `..` of the path itself
 * was kept at the root.
 *
 * @since 0.1.0
 * @category constructors
 */
export const traceOf: (hops: ReadonlyArray<Hop>, clamped: boolean) => Trace = trace.fromHops
