/** Replaces a file in one step: others see either the old content or the new content, even after a crash. */
import type { Program } from "../Program.js"
import type { AtomicFile, AtomicOptions } from "../RootDirectory.js"
import { checkBytes, checkMode, checkTexts, lengthOf } from "./arguments.js"
import { checkRegular } from "./copyRules.js"
import { fail, named } from "./errno.js"
import { permissionsOf } from "./keptPermissions.js"
import { typeOf } from "./mode.js"
import { missingPlace } from "./open.js"
import { type Context, during, type Held, hold, limited } from "./operation.js"
import type { PathResolver } from "./pathResolver.js"
import { Replacement, sweep } from "./replacement.js"
import { Semaphore } from "./semaphore.js"

const DEFAULT_MODE = 0o666

/** How many times another process can remove the temporary file before the operation gives up. */
const ATTEMPTS = 8

/** Finds the file, and returns a function that begins to replace it. */
function* replacing<H, F>(
  context: Context<H, F>,
  resolver: PathResolver<H, F>,
  path: string,
  { exclusive = false, keepMode = false, mode = DEFAULT_MODE }: AtomicOptions
): Program<{ readonly directory: H; readonly begin: () => Replacement<H, F> }> {
  checkMode(mode)
  const { operations, owned } = resolver
  const { inode, place } = exclusive
    ? { inode: undefined, place: missingPlace(resolver, path) }
    : resolver.replaceable(path)
  if (inode !== undefined) checkRegular(typeOf(operations.getattr(inode)))
  yield* sweep(context, place.directory)
  // Not before, since they may be changed while this waits.
  const kept = keepMode && inode !== undefined ? permissionsOf(operations, inode) : undefined
  // While it is open, the kernel does not free its content.
  if (inode !== undefined) owned.release(inode)
  return {
    directory: place.directory,
    begin: () => new Replacement(operations, context.writer, { place, exclusive, mode, kept })
  }
}

/** Returns whether the temporary file was still there when it was renamed. */
function* replace<H, F>(
  replacement: Replacement<H, F>,
  path: string,
  data: Uint8Array,
  size: number
): Program<boolean> {
  try {
    yield* replacement.write(data, size)
    return yield* replacement.commit(path)
  } finally {
    yield* replacement.abandon()
  }
}

/** @internal */
export const writeFileAtomic = <H, F>(
  context: Context<H, F>,
  path: string,
  data: Uint8Array,
  options: AtomicOptions = {}
): Program<void> => {
  checkBytes(data)
  const { length } = data
  return during(context, "open", [path], function*(resolver) {
    const { begin } = yield* replacing(context, resolver, path, options)
    for (let attempt = 1;; attempt++) {
      if (yield* replace(begin(), path, data, length)) break
      if (attempt === ATTEMPTS) fail("ENOENT")
    }
  })
}

/** @internal */
export function* openAtomic<H, F>(
  context: Context<H, F>,
  path: string,
  options: AtomicOptions = {}
): Program<AtomicFile> {
  checkTexts([path])
  let held: Held<H, F> | undefined
  let replacement: Replacement<H, F>
  try {
    held = hold(context)
    const { resolver } = held
    const { begin, directory } = yield* limited(context, () => replacing(context, resolver, path, options))
    resolver.owned.keepOnly(directory)
    replacement = begin()
  } catch (thrown) {
    held?.release()
    throw named(thrown, "open", [path])
  }
  const { release } = held
  const one = new Semaphore(1)
  let hasEnded = false
  const end = (): void => {
    if (!hasEnded) release()
    hasEnded = true
  }
  const abandon = function*(): Program<void> {
    try {
      yield* replacement.abandon()
    } finally {
      end()
    }
  }
  const write = function*(bytes: Uint8Array, size: number): Program<void> {
    let isWritten = false
    try {
      checkBytes(bytes)
      yield* replacement.write(bytes, size)
      isWritten = true
    } finally {
      // After a failure or an interruption, the content would have a gap.
      if (!isWritten) yield* abandon()
    }
  }
  const commit = function*(): Program<void> {
    try {
      if (!(yield* replacement.commit(path))) fail("ENOENT")
    } catch (thrown) {
      throw named(thrown, "rename", [path])
    } finally {
      end()
    }
  }
  return {
    write: function*(bytes) {
      const size = lengthOf(bytes)
      yield* one.hold(() => write(bytes, size))
    },
    commit: () => one.hold(commit),
    abandon: () => one.hold(abandon)
  }
}
