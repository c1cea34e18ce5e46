/**
 * Converts errors of `node:fs` to the values that operations fail with. Drops their messages, which contain
 * paths of descriptors.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import { types } from "node:util"
import { codeOf } from "../native/failure.js"
import { isDeno } from "../runtime.js"

/** How Deno ends the message of an error for whose errno it has no code. */
const NUMBER = / \(os error (\d+)\)$/

/**
 * In a realm that a program like Jest makes, `instanceof Error` is false for Node's errors.
 *
 * @internal
 */
export const toErrno = (error: unknown): unknown => {
  if (!types.isNativeError(error)) return error
  if (Errno.hasCode(error)) return Errno.make(Errno.codeOf(error))
  const number = isDeno ? NUMBER.exec(error.message)?.[1] : undefined
  return number === undefined ? error : Errno.make(codeOf(Number(number)))
}

/** @internal */
export const calling = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw toErrno(error)
  }
}
