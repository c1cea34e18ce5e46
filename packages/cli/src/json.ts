/** Answers as objects, for programs. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { ResolveError } from "@procfsroot/platform/ResolveError"
import { visible } from "./output.js"

/** What the error tells; not its cause, which may speak of places on the host, nor the root, which the caller named. */
const failure = (error: ResolveError) => {
  const { _tag, at, code, message } = error
  return {
    _tag,
    code,
    at,
    ...("cycle" in error ? { cycle: error.cycle } : {}),
    ...("limit" in error ? { limit: error.limit } : {}),
    ...("via" in error ? { via: error.via } : {}),
    ...("target" in error ? { target: error.target } : {}),
    message
  }
}

export const failed = (error: ResolveError) => ({ error: failure(error) })

/** `host` is there where it was asked for. */
export const resolved = (path: RootedPath, host: string | undefined) => ({
  resolved: path,
  ...(host === undefined ? {} : { host })
})

/** On a line of its own, and the same wherever it is written: what a terminal shows can be copied and parsed. */
export const line = (answer: object): string => `${visible(JSON.stringify(answer))}\n`
