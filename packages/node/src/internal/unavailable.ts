/** The error of a root that cannot be opened. */
import { codeOf, hasCode } from "@procfsroot/vfs/Errno"
import type { Unavailable as Model } from "../Root.js"

class Unavailable extends Error implements Model {
  readonly _tag = "Unavailable"
  readonly code: string
  readonly reason: string | undefined

  constructor(code: string, reason: string | undefined, cause: unknown) {
    super(reason === undefined ? code : `${reason} (${code})`, cause === undefined ? {} : { cause })
    this.code = code
    this.reason = reason
  }
}

/** @internal */
export const isUnavailable = (thrown: unknown): thrown is Model => thrown instanceof Unavailable

/** @internal */
export const unavailable = (code: string, reason?: string): Model => new Unavailable(code, reason, undefined)

/**
 * Converts an error of `node:fs`, which has a code. Any other error is a mistake in the program, and stays as it is.
 *
 * @internal
 */
export const fromError = (error: unknown): unknown =>
  isUnavailable(error) || !hasCode(error) ? error : new Unavailable(codeOf(error), undefined, error)
