/**
 * What a test injects into a file system in memory, and what it can ask afterwards: faults as data, and the record of
 * operations.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import type { Code, Errno } from "./Errno.js"
import * as internal from "./internal/memory/faults.js"
import type { Memory, Node, OpenNode } from "./MemoryTree.js"

/**
 * What goes wrong, and when. `Delay` is how the edition writes a time. Missing fields restrict nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault<Delay> {
  readonly path?: string
  readonly method?: string
  readonly nth?: number
  readonly code?: Code
  readonly delay?: Delay
  readonly withoutCause?: boolean
}

/**
 * An operation that was done: its method, and its paths as they were passed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly to?: string
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
 * What faults do to one operation: it waits, and then it fails or is done.
 *
 * @since 0.1.0
 * @category models
 */
export interface Injection<Delay> {
  readonly delays: ReadonlyArray<Delay>
  readonly failure: { readonly errno: Errno; readonly withoutCause: boolean } | undefined
}

/**
 * What faults do to the resolution of one path: it waits, and then it is walked.
 *
 * @since 0.1.0
 * @category models
 */
export interface WalkInjection<Delay> {
  readonly delays: ReadonlyArray<Delay>
  readonly walk: () => Walk.Outcome<Node>
}

/**
 * Records every operation, and decides which faults apply to it before it begins.
 *
 * @since 0.1.0
 * @category models
 */
export interface Injector<Delay> {
  readonly operations: () => ReadonlyArray<Operation>
  /** Replaces all faults, and counts from the beginning. */
  readonly inject: (faults: ReadonlyArray<Fault<Delay>>) => void
  /** The same faults and the same record, for the operations of another user of the tree. */
  readonly for: (memory: Memory) => Injector<Delay>
  /** `undefined` if no fault applies. */
  readonly before: (beginning: Beginning) => Injection<Delay> | undefined
  /** The operation `resolve`, which is a walk. */
  readonly beforeWalk: (path: string, policy: Policy) => WalkInjection<Delay>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: <Delay>(memory: Memory, faults: ReadonlyArray<Fault<Delay>>) => Injector<Delay> = internal.make
