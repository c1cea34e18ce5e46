/** What all operations share: the file system they work in, and that everything they hold is released when they end. */
import type { InodeOperations } from "../InodeOperations.js"
import type { Writer } from "../FileSystem.js"
import type { Program } from "../Program.js"
import { checkTexts } from "./arguments.js"
import { named } from "./errno.js"
import { Owned } from "./owned.js"
import type { Policies } from "./pathPolicy.js"
import { PathResolver } from "./pathResolver.js"
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
  /** Limits how many operations that wait may hold handles at once. */
  readonly limit: Semaphore
  /** Returns what follows the prefix in the name of a temporary directory. */
  readonly directoryName: () => string
  /** Returns the name of a temporary file. */
  readonly fileName: () => string
  readonly writer: Writer
}

/**
 * An operation that never waits. Its errors name it as `syscall`.
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
  try {
    return use(new PathResolver(operations, policies, operations.top(), owned))
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  } finally {
    owned.close()
  }
}

/**
 * An operation that may wait. The root stays open until it ends.
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
  const { operations, policies } = context
  const owned = new Owned<H>(operations.release)
  let closeRoot: (() => void) | undefined
  try {
    closeRoot = operations.retain()
    const resolver = new PathResolver(operations, policies, operations.top(), owned)
    return yield* context.limit.hold(() => use(resolver))
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  } finally {
    owned.close()
    closeRoot?.()
  }
}
