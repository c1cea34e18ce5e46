/** What every operation has: the file system it works in, and an end at which everything that it holds is released. */
import type { InodeOperations } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import { badArgument, named } from "./errno.js"
import { isEncodable } from "./limits.js"
import { Owned } from "./owned.js"
import { PathResolver } from "./pathResolver.js"
import type { Semaphore } from "./semaphore.js"

/**
 * A file system inside a root.
 *
 * @internal
 */
export interface Context<H, F> {
  readonly operations: InodeOperations<H, F>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How many operations that wait may hold their handles at once. */
  readonly limit: Semaphore
  /** What is put after the prefix of a temporary directory. */
  readonly directoryName: () => string
  /** The name of a temporary file. */
  readonly fileName: () => string
}

/**
 * What is wrong with texts as such, whichever of a call's it is: Node refuses a NUL before it asks the system for anything,
 * and would take half a character for another text.
 *
 * @internal
 */
export const checkTexts = (texts: ReadonlyArray<string>): void => {
  if (texts.some((text) => text.includes("\0"))) {
    badArgument("ERR_INVALID_ARG_VALUE", "The argument must be without null bytes")
  }
  if (!texts.every(isEncodable)) badArgument("EILSEQ", "The argument must stand for bytes")
}

/**
 * An operation of calls that follow each other at once, named in its errors as `syscall`.
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
  const { operations } = context
  const owned = new Owned<H>(operations.release)
  try {
    return use(new PathResolver(operations, operations.top(), owned))
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  } finally {
    owned.close()
  }
}

/**
 * An operation that may wait: the root stays open until it ends.
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
  const { operations } = context
  const owned = new Owned<H>(operations.release)
  let closeRoot: (() => void) | undefined
  try {
    closeRoot = operations.retain()
    const resolver = new PathResolver(operations, operations.top(), owned)
    return yield* context.limit.hold(() => use(resolver))
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  } finally {
    owned.close()
    closeRoot?.()
  }
}
