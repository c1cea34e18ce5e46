/**
 * Fault injection for a file system in memory. A test describes faults as data, and can find out afterwards how often
 * each one struck and which operations the program ran.
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
import type { Clock, Memory, Node, OpenNode } from "./MemoryTree.js"
import type { Answer, Program } from "./Program.js"

/**
 * A step of an operation, named after the system call that does it. `lookup` is the lookup of one name in a path.
 * `stat` is also used for open files.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = stepping.Step

/**
 * The paths that a fault applies to: one path, in which links are not followed, a pattern, or a predicate. They are
 * matched with absolute paths in the whole tree, with all links resolved.
 *
 * @since 0.1.0
 * @category models
 */
export type Where = string | RegExp | ((path: string) => boolean)

/**
 * A fault: what goes wrong, where, and when. A missing field does not restrict anything: with `{ code: "EIO" }`, every
 * operation fails. `Delay` is the edition's type for a duration.
 *
 * - With a `method`, operations of that name fail before they do anything, if one of their paths leads to `path`.
 * - With a `step`, that step fails at `path`, in every operation. With a `method` as well, it fails only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * If several faults apply, the operation fails with the error of the first one, and their delays add up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault<Delay, Method extends string = string> {
  readonly path?: Where | undefined
  /** The methods that fail. A method that calls another one, as `exists` calls `access`, has the faults of both. */
  readonly method?: Method | ReadonlyArray<Method> | undefined
  readonly step?: Step | ReadonlyArray<Step> | undefined
  /** Strike only the match with this number, counted from 1. Without a `step`, each operation counts as one match. */
  readonly nth?: number | undefined
  /** Strike only this match and later ones. */
  readonly from?: number | undefined
  /** Strike only this match and earlier ones. */
  readonly to?: number | undefined
  /** Strike only every kth match. */
  readonly every?: number | undefined
  /**
   * Strike each match with this probability, above 0 and at most 1. The same `seed`, by default 0, chooses the same
   * matches.
   */
  readonly probability?: number | undefined
  readonly seed?: number | undefined
  /** Fail with this error and do nothing. Only `close` still closes the file, as it does if it is interrupted. */
  readonly code?: Code | undefined
  /**
   * Take this long. A step that reads, writes or lists waits first. Any other step waits afterwards, so a name is
   * created or removed at once.
   */
  readonly delay?: Delay | undefined
  /** Read or write at most this number of bytes in one step. */
  readonly short?: number | undefined
  /**
   * Never finish, until the operation is interrupted. A step that reads, writes or lists hangs in the middle of the
   * operation. At any other step, the operation stops as if it had failed, and then hangs.
   */
  readonly hang?: true | undefined
  /** Fail with this value, which is not an error of a file system. */
  readonly defect?: unknown
  /** Leave out the `cause` of the error, and so its errno, as many other fakes do. */
  readonly withoutCause?: boolean | undefined
}

/**
 * How often a fault matched and struck.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report<Delay, Method extends string = string> {
  readonly fault: Fault<Delay, Method>
  /** The number of operations or steps with the method, step and path of the fault. */
  readonly matched: number
  /** The number of matches that the fault changed. */
  readonly struck: number
}

/**
 * An operation that is about to start.
 *
 * @since 0.1.0
 * @category models
 */
export interface Beginning {
  readonly operation: string
  readonly syscall: string
  readonly texts: ReadonlyArray<string>
  /** The texts that are paths. */
  readonly places: ReadonlyArray<string>
  /** The open file, if the operation is a method of one. */
  readonly opened: OpenNode | undefined
}

/**
 * The functions that an operation needs from the edition that runs it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Environment<in Delay> extends Clock {
  /** Calls `done` after the delay. Call the returned function to cancel this. */
  readonly sleep: (delay: Delay, done: () => void) => () => void
  /** A value that identifies the fiber, compared by `===`. */
  readonly fiber?: unknown
}

/**
 * Records every operation in the journal, and makes faults strike before it and at each of its steps.
 *
 * @since 0.1.0
 * @category models
 */
export interface Injector<Delay, Method extends string = string> {
  readonly operations: () => ReadonlyArray<Operation>
  /** Replaces all faults, and counts matches from the beginning. Throws a `TypeError` if a fault could never strike. */
  readonly inject: (faults: ReadonlyArray<Fault<Delay, Method>>) => void
  readonly report: () => ReadonlyArray<Report<Delay, Method>>
  /** Runs an operation at once if it has only one step. Otherwise returns a program that has not started yet. */
  readonly run: <A>(
    beginning: Beginning,
    environment: Environment<Delay>,
    begin: () => Program<A>
  ) => Answer<A> | Program<A>
  /** Runs the operation `resolve`, which walks a path. */
  readonly walk: (
    path: string,
    policy: Policy,
    environment: Environment<Delay>
  ) => Answer<Walk.Outcome<Node>> | Program<Walk.Outcome<Node>>
  /**
   * Returns an injector with the same journal and faults for another user of the tree, or for a root in a
   * subdirectory of it.
   */
  readonly for: (memory: Memory) => Injector<Delay, Method>
}

/**
 * Creates the injector of a tree. `methods` are the names of its methods. Throws a `TypeError` if a fault could never
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
 * Throws an `Error` that lists the faults that did not strike, if there are any.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkAllStruck: <Delay, Method extends string>(reports: ReadonlyArray<Report<Delay, Method>>) => void =
  rules.checkAllStruck
