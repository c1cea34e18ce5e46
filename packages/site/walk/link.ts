/** Encodes the whole state of the page in the fragment of a link. */
import type { Policy } from "@procfsroot/path"
import { joined } from "./bytes.js"
import type { State } from "./model.js"

const VERSION = "1."

/** The limit for the decoded state: a hostile link must not fill the memory. */
const MOST_BYTES = 1 << 24

const readAll = async (stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Array<Uint8Array<ArrayBufferLike>> = []
  let size = 0
  for (let reader = stream.getReader();;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) {
      await reader.cancel()
      throw new RangeError("the link holds too much")
    }
    chunks.push(value)
  }
  return joined(chunks, size)
}

const through = (
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream
): Promise<Uint8Array> => readAll(new Blob([bytes]).stream().pipeThrough(transform), MOST_BYTES)

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ""
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0))

/** The fragment for a state, without the `#`. JSON escapes lone surrogates, so that names keep their bytes. */
export const encode = async ({ path, policy, step, tree }: State): Promise<string> => {
  const json = JSON.stringify({ tree, path, policy, step })
  return VERSION + toBase64(await through(new TextEncoder().encode(json), new CompressionStream("deflate-raw")))
}

type Choices = { readonly [K in keyof Policy.Policy]: ReadonlyArray<Policy.Policy[K]> | ((value: unknown) => boolean) }

/** The values that each option can have, in the order in which the page shows them. */
export const choices = {
  containment: ["clamp", "reject", "beneath"],
  lastComponent: ["follow", "keep", "unchecked"],
  missing: ["error", "last", "tail"],
  symlinks: ["follow", "forbid"],
  mounts: ["cross", "forbid"],
  from: (value: unknown): boolean => typeof value === "string" && value !== "" && !value.includes("\0"),
  maxSymlinks: (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && value >= 0
} as const satisfies Choices

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isPolicy = (value: unknown): value is Policy.Options =>
  isObject(value) && Object.entries(value).every(([key, chosen]) => {
    if (!Object.hasOwn(choices, key)) return false
    // The line above has checked that it is one of the keys.
    const known: ReadonlyArray<unknown> | ((value: unknown) => boolean) = choices[key as keyof typeof choices]
    return typeof known === "function" ? known(chosen) : known.includes(chosen)
  })

/** The state in a fragment, or `undefined` if the fragment is damaged or something else. */
export const decode = async (fragment: string): Promise<State | undefined> => {
  if (!fragment.startsWith(VERSION)) return undefined
  try {
    const bytes = await through(fromBase64(fragment.slice(VERSION.length)), new DecompressionStream("deflate-raw"))
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    if (!isObject(value)) return undefined
    const { path, policy, step, tree } = value
    return typeof tree === "string" && typeof path === "string" && isPolicy(policy) && Number.isSafeInteger(step)
      ? { tree, path, policy, step: Number(step) }
      : undefined
  } catch {
    return undefined // for whatever reason, this page has not made the link
  }
}
