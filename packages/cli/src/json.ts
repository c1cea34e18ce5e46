/** Results as JSON objects, for programs. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { message, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { bytesOf, visible } from "./output.js"

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

const base64 = (text: string): string => Buffer.from(bytesOf(text)).toString("base64")

const isText = (value: unknown): value is string => typeof value === "string"

/** A field, and if it is a text or texts that are not UTF-8, another one with the exact bytes. */
const fields = ([key, value]: readonly [string, unknown]): ReadonlyArray<readonly [string, unknown]> => {
  if (isText(value) && !value.isWellFormed()) return [[key, value.toWellFormed()], [`${key}_base64`, base64(value)]]
  if (!Array.isArray(value) || !value.every(isText)) return [[key, exactly(value)]]
  return value.every((text) => text.isWellFormed())
    ? [[key, value]]
    : [[key, value.map((text) => text.toWellFormed())], [`${key}_base64`, value.map(base64)]]
}

const exactly = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(exactly)
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).flatMap(fields)) : value
}

/** How JSON has half a surrogate pair, which stands for a byte of a name that is not UTF-8. */
const SURROGATE = "\\ud"

/** One line of JSON. It is the same on a terminal and elsewhere, so it can be copied from a terminal and parsed. */
export const line = (answer: object): string => {
  const json = JSON.stringify(answer)
  return `${visible(json.includes(SURROGATE) ? JSON.stringify(exactly(answer)) : json)}\n`
}
