/** How system calls become effects. */
import { BadArgument, type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import { isResolveError } from "@procfsroot/platform/ResolveError"
import * as Effect from "effect/Effect"
import { Hold } from "./hold.js"
import type { Inside } from "./inside.js"

const toPlatformError = (method: string, path: string | number, error: unknown): PlatformError | undefined => {
  if (isResolveError(error)) return FileSystemError.fromResolveError(method, error, String(path))
  // Node's own checks of arguments; its message would show the descriptor's path.
  if (error instanceof TypeError || error instanceof RangeError) {
    return new BadArgument({ module: "FileSystem", method, description: error.name })
  }
  return error instanceof Error && "code" in error ? FileSystemError.fromUnknown(method, path, error) : undefined
}

/**
 * What NodeFileSystem answers where `write(2)` takes nothing and says nothing: there is no errno for it.
 *
 * @internal
 */
export const writeZero = (method: string, pathOrDescriptor: string | number): PlatformError =>
  new SystemError({
    module: "FileSystem",
    method,
    reason: "WriteZero",
    pathOrDescriptor,
    syscall: "write",
    description: "nothing was written, and no error reported"
  })

const failWith = (method: string, path: string | number, error: unknown): Effect.Effect<never, PlatformError> => {
  const known = toPlatformError(method, path, error)
  return known === undefined ? Effect.die(error) : Effect.fail(known)
}

/**
 * An operation of system calls that follow each other at once. What it holds open is closed before any other fiber runs,
 * so that however many operations there are, only one of them holds descriptors.
 *
 * @internal
 */
export const operation = <A>(
  method: string,
  path: string,
  run: (hold: Hold) => A
): Effect.Effect<A, PlatformError> =>
  Effect.suspend(() => {
    using hold = new Hold()
    try {
      return Effect.succeed(run(hold))
    } catch (error) {
      return failWith(method, path, error)
    }
  })

/**
 * An operation that goes on after this turn of the event loop: the root stays open until it ends.
 *
 * @internal
 */
export const during = <A, E, R>(
  inside: Inside,
  method: string,
  path: string,
  use: (inside: Inside) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | PlatformError, R> =>
  Effect.acquireUseRelease(
    operation(method, path, () => inside.retain(path)),
    use,
    (held) => Effect.sync(() => held.close())
  )

/** @internal */
export type Done<A> = (error: NodeJS.ErrnoException | null, result: A) => void

/**
 * One call on the thread pool. It cannot be interrupted: its descriptor must not be closed, and its number given to
 * another file, while the call is under way.
 *
 * @internal
 */
export const pooled = <A>(
  method: string,
  path: string | number,
  call: (done: Done<A>) => void
): Effect.Effect<A, PlatformError> =>
  Effect.uninterruptible(Effect.async<A, PlatformError>((resume) => {
    try {
      call((error, result) => resume(error === null ? Effect.succeed(result) : failWith(method, path, error)))
    } catch (error) {
      resume(failWith(method, path, error))
    }
  }))
