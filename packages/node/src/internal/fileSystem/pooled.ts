/** Calls on Node's thread pool. */
import * as Program from "@procfsroot/vfs/Program"
import { toErrno } from "./errno.js"

type Done<A> = (error: NodeJS.ErrnoException | null, result: A) => void

/**
 * One call on the thread pool. It cannot be given up: its descriptor must not be closed, and its number given to another
 * file, while the call is under way.
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
