/** Calls on Node's thread pool. */
import * as Program from "@procfsroot/vfs/Program"
import { calling, toErrno } from "./errno.js"

type Done<A> = (error: NodeJS.ErrnoException | null, result: A) => void

let isPatient = false

/**
 * From now on this thread waits itself: it has nothing else to do, and what is on the pool could hold up others.
 *
 * @internal
 */
export const waitHere = (): void => {
  isPatient = true
}

/** @internal */
export const waitsHere = (): boolean => isPatient

/**
 * One call on the thread pool. It cannot be cancelled: if its descriptor were closed during the call, the number could
 * be given to another file.
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
 * One call on the thread pool, or `now` in a thread that waits itself.
 *
 * @internal
 */
export const pooled = <A>(now: () => A, begin: (done: Done<A>) => void): Program.Now<A> =>
  isPatient ? calling(now) : onPool(begin)
