/**
 * What a test injects into a file system in memory, and what it can ask afterwards: faults as data, which of them struck,
 * and the journal of operations.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import type { Code } from "./Errno.js"
import * as internal from "./internal/memory/injector.js"
import * as rules from "./internal/memory/rules.js"
import type * as stepping from "./internal/memory/steps.js"
import type { Operation } from "./MemoryJournal.js"
import type { Memory, Node, OpenNode } from "./MemoryTree.js"
import type { Answer, Program } from "./Program.js"

/**
 * What an operation is made of, named as the system calls are. `lookup` is one name of a path; `stat` also what looks at
 * an open file.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = stepping.Step

/**
 * Which paths a fault is about: a path, in which links are not followed, a pattern, or a condition. The paths are those
 * in the whole tree, absolute and without links.
 *
 * @since 0.1.0
 * @category models
 */
export type Where = string | RegExp | ((path: string) => boolean)

/**
 * What goes wrong, where and when. Missing fields restrict nothing: with `{ code: "EIO" }`, everything fails. `Delay` is
 * how the edition writes a time.
 *
 * - With a `method`, operations of that name fail before they do anything, if `path` is where their paths lead.
 * - With a `step`, whatever operation it is part of, the step fails at `path`; with a `method` too, only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * Of several faults that let something fail, the first one counts; their delays add up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault<Delay, Method extends string = string> {
  readonly path?: Where
  /** A method that is built on another one, such as `exists` on `access`, fails with the faults of both. */
  readonly method?: Method | ReadonlyArray<Method>
  readonly step?: Step | ReadonlyArray<Step>
  /** Only the nth match, counted from 1. Without a `step`, an operation counts once. */
  readonly nth?: number
  /** Only this match and later ones. */
  readonly from?: number
  /** Only this match and earlier ones. */
  readonly to?: number
  /** Only every kth match. */
  readonly every?: number
  /** Only some matches: a number above 0 and up to 1. The same `seed`, by default 0, chooses the same ones. */
  readonly probability?: number
  readonly seed?: number
  /** It fails with this error, and does nothing; a file is closed nevertheless. */
  readonly code?: Code
  /**
   * It takes this long. Time passes before the step if it reads, writes or lists, and otherwise after it: a name is made
   * or removed at once.
   */
  readonly delay?: Delay
  /** It reads or writes at most this number of bytes in one step. */
  readonly short?: number
  /** It never ends, until it is interrupted. */
  readonly hang?: true
  /** It fails with this, which is not an error of a file system. */
  readonly defect?: unknown
  /** The error has no `cause`, and so no errno, as in many other fakes. */
  readonly withoutCause?: boolean
}

/**
 * A fault, and how often it has struck.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report<Delay, Method extends string = string> {
  readonly fault: Fault<Delay, Method>
  /** How many operations or steps had its method, step and path. */
  readonly matched: number
  /** How many of these it has changed. */
  readonly struck: number
}

/**
 * An operation that is about to be done.
 *
 * @since 0.1.0
 * @category models
 */
export interface Beginning {
  readonly operation: string
  readonly syscall: string
  readonly texts: ReadonlyArray<string>
  /** Those of the texts that are paths. */
  readonly places: ReadonlyArray<string>
  /** The open file, if the operation belongs to one. */
  readonly opened: OpenNode | undefined
}

/**
 * What an operation needs of the edition that runs it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Environment<in Delay> {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Calls `done` after the delay, unless the returned function is called first. */
  readonly sleep: (delay: Delay, done: () => void) => () => void
  /** Which fiber it is, compared with `===`. */
  readonly fiber?: unknown
}

/**
 * Records every operation, and lets faults strike before it and at each of its steps.
 *
 * @since 0.1.0
 * @category models
 */
export interface Injector<Delay, Method extends string = string> {
  readonly operations: () => ReadonlyArray<Operation>
  /** Replaces all faults, and counts from the beginning. Throws a `TypeError` if one could never strike. */
  readonly inject: (faults: ReadonlyArray<Fault<Delay, Method>>) => void
  readonly report: () => ReadonlyArray<Report<Delay, Method>>
  /** Runs the operation at once if it takes one step. Otherwise it is a program, which begins when it is run. */
  readonly run: <A>(
    beginning: Beginning,
    environment: Environment<Delay>,
    begin: () => Program<A>
  ) => Answer<A> | Program<A>
  /** The operation `resolve`, which is a walk. */
  readonly walk: (
    path: string,
    policy: Policy,
    environment: Environment<Delay>
  ) => Answer<Walk.Outcome<Node>> | Program<Walk.Outcome<Node>>
  /** The same journal and the same faults, for another user of the tree or a root further down in it. */
  readonly for: (memory: Memory) => Injector<Delay, Method>
}

/**
 * The journal and the faults of a tree, whose methods have these names. Throws a `TypeError` if a fault could never
 * strike.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <Delay, Method extends string>(
  memory: Memory,
  faults: ReadonlyArray<Fault<Delay, Method>>,
  methods: ReadonlyArray<Method>
) => Injector<Delay, Method> = internal.make

/**
 * Throws an `Error` that lists the faults that never struck, if there are any.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkAllStruck: <Delay, Method extends string>(reports: ReadonlyArray<Report<Delay, Method>>) => void =
  rules.checkAllStruck
