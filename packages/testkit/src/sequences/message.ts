/** Requests as text: Node and Bun cannot read each other's structured clones. */
import { isRecord } from "effect/Predicate"
import type { Request, Response } from "./serve.js"

export const encode = (request: Request): string =>
  // A Buffer has become an object before it is passed as `value`.
  JSON.stringify(request, function(this: Readonly<Record<string, unknown>>, key, value: unknown) {
    const own = this[key]
    return own instanceof Uint8Array ? { bytes: Array.from(own) } : value
  })

/** What is undefined in a list has become null; there is no other null in a request. */
const revive = (_: string, value: unknown): unknown => {
  if (value === null) return undefined
  return isRecord(value) && Array.isArray(value["bytes"]) ? Uint8Array.from(value["bytes"]) : value
}

export const decode = (text: string): Request => JSON.parse(text, revive)

/** Responses are only compared with each other, so that a bigint may become text. */
export const withoutBigints = (response: Response): Response =>
  JSON.parse(JSON.stringify(response, (_, value: unknown) => typeof value === "bigint" ? `${value}n` : value))
