/** Results as JSON objects, for programs. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { message, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { visible } from "./output.js"

/**
 * The fields of an error, without its cause, which can contain host paths, and without the root, which the caller
 * knows.
 */
const failure = (error: ResolveFailure) => {
  const { _tag, at, code } = error
  return {
    _tag,
    code,
    at,
    ...("cycle" in error ? { cycle: error.cycle } : {}),
    ...("limit" in error ? { limit: error.limit } : {}),
    ...("via" in error ? { via: error.via } : {}),
    ...("target" in error ? { target: error.target } : {}),
    message: message(error)
  }
}

export const failed = (error: ResolveFailure) => ({ error: failure(error) })

/** `host` is only present with `--host`. */
export const resolved = (path: RootedPath, host: string | undefined) => ({
  resolved: path,
  ...(host === undefined ? {} : { host })
})

/** One line of JSON. It is the same on a terminal and elsewhere, so it can be copied from a terminal and parsed. */
export const line = (answer: object): string => `${visible(JSON.stringify(answer))}\n`
