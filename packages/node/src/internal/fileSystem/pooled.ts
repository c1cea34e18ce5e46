/** Calls on Node's thread pool. */
import * as Program from "@procfsroot/vfs/Program"
import { toErrno } from "./errno.js"

type Done<A> = (error: NodeJS.ErrnoException | null, result: A) => void

/**
 * One call on the thread pool. It cannot be cancelled: if its descriptor were closed during the call, the number could
 * be given to another file.
 *
 * @internal
 */
export const pooled = <A>(begin: (done: Done<A>) => void): Program.Call<A> =>
  Program.call((done) => {
    try {
      begin((error, value) => done(error === null ? { value } : { error: toErrno(error) }))
    } catch (error) {
      done({ error: toErrno(error) })
    }
  })
