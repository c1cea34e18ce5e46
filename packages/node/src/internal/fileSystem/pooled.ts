/** Makes calls on Node's thread pool, or synchronously in a thread that waits itself. */
import { close } from "node:fs"
import * as Program from "@procfsroot/vfs/Program"
import { calling, toErrno } from "./errno.js"

type Done<A> = (error: NodeJS.ErrnoException | null, result: A) => void

let isPatient = false

/**
 * From now on, this thread makes its calls synchronously instead of on the pool: it has nothing else to do, and calls
 * that hang on the pool would block those of other threads.
 *
 * @internal
 */
export const waitHere = (): void => {
  isPatient = true
}

/**
 * Makes the calls of a function synchronously.
 *
 * @internal
 */
export const waitingHere = <A>(run: () => A): A => {
  const before = isPatient
  isPatient = true
  try {
    return run()
  } finally {
    isPatient = before
  }
}

/** @internal */
export const waitsHere = (): boolean => isPatient

/**
 * Makes one call on the thread pool. It cannot be cancelled: if its descriptor were closed during the call, another
 * file could get the same number.
 *
 * @internal
 */
export const onPool = <A>(begin: (done: Done<A>) => void): Program.Call<A> =>
  Program.call((done) => {
    try {
      begin((error, value) => done(error === null ? { value } : { error: toErrno(error) }))
    } catch (error) {
      done({ error: toErrno(error) })
    }
  })

/**
 * Closes a file, for `onPool` and `pooled`.
 *
 * @internal
 */
export const closing = (fd: number) => (done: Done<void>): void => close(fd, (error) => done(error ?? null))

/**
 * Makes one call on the thread pool, or calls `now` in a thread that waits itself.
 *
 * @internal
 */
export const pooled = <A>(now: () => A, begin: (done: Done<A>) => void): Program.Now<A> =>
  isPatient ? calling(now) : onPool(begin)
