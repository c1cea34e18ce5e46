/** Encodes requests as text, since Node and Bun cannot read each other's structured clones. */
import { isRecord } from "effect/Predicate"
import type { Request, Response } from "./serve.js"

export const encode = (request: Request): string =>
  // Reads the value from `this`, since JSON has already converted a Buffer to an object in `value`.
  JSON.stringify(request, function(this: Readonly<Record<string, unknown>>, key, value: unknown) {
    const own = this[key]
    return own instanceof Uint8Array ? { bytes: Array.from(own) } : value
  })

/** Turns null back into `undefined`: JSON writes `undefined` in a list as null. Requests contain no other null. */
const revive = (_: string, value: unknown): unknown => {
  if (value === null) return undefined
  return isRecord(value) && Array.isArray(value["bytes"]) ? Uint8Array.from(value["bytes"]) : value
}

export const decode = (text: string): Request => JSON.parse(text, revive)

/** Turns bigints into text. That is fine, since responses are only compared with each other. */
export const withoutBigints = (response: Response): Response =>
  JSON.parse(JSON.stringify(response, (_, value: unknown) => typeof value === "bigint" ? `${value}n` : value))
