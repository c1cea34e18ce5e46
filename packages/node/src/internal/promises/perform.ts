/** Runs the operations of a file system, whose failures become Node's errors. */
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { errorOf, type Operation } from "./errors.js"

/** A file system, as long as its user keeps it open. */
interface Retained<F> {
  readonly fileSystem: FileSystem<F>
  readonly close: () => void
}

/**
 * What the functions work on.
 *
 * @internal
 */
export interface Backend<F> {
  readonly fileSystem: FileSystem<F>
  readonly isOpen: () => boolean
  /** Throws EBADF if the root is closed and the file system does not do that itself. */
  readonly checkOpen: () => void
  /** Called before each operation, of an open file as well. */
  readonly begin: () => void
  /** Throws EBADF if the root is closed. */
  readonly retain: () => Retained<F>
  readonly descriptorOf: (file: F) => number
}

const operationOf = <F>({ isOpen }: Backend<F>, syscall: string, paths: ReadonlyArray<string>): Operation => ({
  syscall,
  paths,
  isRootOpen: isOpen
})

/**
 * An operation that never waits.
 *
 * @internal
 */
export const runSync = <F, A>(
  backend: Backend<F>,
  syscall: string,
  paths: ReadonlyArray<string>,
  run: () => A
): A => {
  try {
    backend.checkOpen()
    backend.begin()
    return run()
  } catch (thrown) {
    throw errorOf(thrown, operationOf(backend, syscall, paths))
  }
}

/**
 * An operation that may wait. It begins before this returns. If it is aborted, the promise rejects with the signal's
 * reason once everything is released.
 *
 * @internal
 */
export const run = async <F, A>(
  backend: Backend<F>,
  syscall: string,
  paths: ReadonlyArray<string>,
  begin: () => Program.Program<A>,
  signal?: AbortSignal
): Promise<A> => {
  signal?.throwIfAborted()
  try {
    backend.checkOpen()
    backend.begin()
    return await Program.runPromise(begin(), signal)
  } catch (thrown) {
    throw errorOf(thrown, operationOf(backend, syscall, paths))
  }
}

/**
 * An operation on an open file, which outlives its root.
 *
 * @internal
 */
export const runOnFile = async <F, A>(
  backend: Backend<F>,
  syscall: string,
  begin: () => Program.Program<A>,
  signal?: AbortSignal
): Promise<A> => {
  signal?.throwIfAborted()
  try {
    backend.begin()
    return await Program.runPromise(begin(), signal)
  } catch (thrown) {
    throw errorOf(thrown, { syscall, paths: [], isRootOpen: () => true })
  }
}
