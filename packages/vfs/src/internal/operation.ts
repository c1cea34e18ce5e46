/** The part that all operations share: the file system in which they work, and the release of their resources. */
import type { InodeOperations } from "../InodeOperations.js"
import type { Writer } from "../FileSystem.js"
import type { Errno } from "../Errno.js"
import type { Now, Program } from "../Program.js"
import { checkTexts } from "./arguments.js"
import { isErrno, named } from "./errno.js"
import { Owned } from "./owned.js"
import type { Policies } from "./pathPolicy.js"
import { PathResolver } from "./pathResolver.js"
import { Failed, isSynchronous } from "./program.js"
import type { Semaphore } from "./semaphore.js"

/**
 * A file system inside a root.
 *
 * @internal
 */
export interface Context<H, F> {
  readonly operations: InodeOperations<H, F>
  readonly policies: Policies
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Limits how many operations that wait can keep handles open at once. */
  readonly limit: Semaphore
  /** Returns the part after the prefix in the name of a temporary directory. */
  readonly directoryName: () => string
  /** Returns the name of a temporary file. */
  readonly fileName: () => string
  readonly writer: Writer
}

/**
 * Whether operations never wait, as in a tree in memory whose steps no test observes.
 *
 * @internal
 */
export const isInOneStep = <H, F>({ operations: { inSteps } }: Context<H, F>): boolean => inSteps?.() === false

/**
 * Runs an operation that never waits. Its errors name it `syscall`.
 *
 * @internal
 */
export const atOnce = <H, F, A>(
  context: Context<H, F>,
  syscall: string,
  paths: ReadonlyArray<string>,
  use: (resolver: PathResolver<H, F>) => A
): A => {
  checkTexts(paths)
  const { operations, policies } = context
  const owned = new Owned<H>(operations.release)
  let value: A
  try {
    value = use(new PathResolver(operations, policies, operations.top(), owned))
  } catch (thrown) {
    owned.close()
    throw named(thrown, syscall, paths)
  }
  owned.close() // not in `finally`, which would throw the error again
  return value
}

/**
 * Runs an operation that never waits, and returns its failures: for operations that are called so often that throwing
 * would take too long. `use` can also return a failure.
 *
 * @internal
 */
export const returning = <H, F, A>(
  context: Context<H, F>,
  syscall: string,
  paths: ReadonlyArray<string>,
  use: (resolver: PathResolver<H, F>) => Now<A> | Errno
): Now<A> => {
  const { operations, policies } = context
  const owned = new Owned<H>(operations.release)
  let value: Now<A> | Errno
  try {
    checkTexts(paths)
    value = use(new PathResolver(operations, policies, operations.top(), owned))
  } catch (thrown) {
    owned.close()
    return new Failed(named(thrown, syscall, paths))
  }
  owned.close()
  return isErrno(value) ? new Failed(named(value, syscall, paths)) : value
}

/**
 * A resolver whose root and handles stay open until `release`.
 *
 * @internal
 */
export interface Held<H, F> {
  readonly resolver: PathResolver<H, F>
  readonly release: () => void
}

/** @internal */
export const hold = <H, F>({ operations, policies }: Context<H, F>): Held<H, F> => {
  const owned = new Owned<H>(operations.release)
  const resolver = new PathResolver(operations, policies, operations.top(), owned)
  const closeRoot = operations.retain()
  return {
    resolver,
    release: () => {
      owned.close()
      closeRoot()
    }
  }
}

/**
 * Runs a program when there are few enough that hold handles.
 *
 * @internal
 */
export const limited = <H, F, A>({ limit }: Context<H, F>, program: () => Program<A>): Program<A> =>
  isSynchronous() ? program() : limit.hold(program)

/**
 * Runs an operation that can wait. The root stays open until it ends.
 *
 * @internal
 */
export function* during<H, F, A>(
  context: Context<H, F>,
  syscall: string,
  paths: ReadonlyArray<string>,
  use: (resolver: PathResolver<H, F>) => Program<A>
): Program<A> {
  checkTexts(paths)
  let held: Held<H, F> | undefined
  try {
    held = hold(context)
    const { resolver } = held
    return yield* limited(context, () => use(resolver))
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  } finally {
    held?.release()
  }
}
