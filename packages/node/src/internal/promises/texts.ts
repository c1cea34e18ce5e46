/** Converts paths and contents from and to the forms that Node uses: text in an encoding, bytes, or a URL. */
import { decode, encode } from "@procfsroot/path/SurrogateEscape"
import { invalidType, invalidValue } from "./errors.js"
import { isA } from "./realms.js"

/** @internal */
export type PathLike = string | Uint8Array | URL

const hasBuffer = typeof Buffer !== "undefined"

/**
 * Bytes as Node returns them. Where there is no `Buffer`, they are a `Uint8Array`.
 *
 * @internal
 */
export const bufferOf = (bytes: Uint8Array): Uint8Array =>
  hasBuffer ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes

/**
 * The bytes of a view from `start`. A view whose buffer was transferred to another thread is empty, as in Node, although
 * no new view of that buffer can be created.
 *
 * @internal
 */
export const viewedBytes = (view: ArrayBufferView, start = 0, length = view.byteLength - start): Uint8Array =>
  length === 0 ? new Uint8Array(0) : new Uint8Array(view.buffer, view.byteOffset + start, length)

const fromUrl = ({ hostname, pathname, protocol }: URL): string => {
  if (protocol !== "file:") throw invalidValue("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file")
  if (hostname !== "") throw invalidValue("ERR_INVALID_FILE_URL_HOST", "A file URL must have no host")
  if (/%2f/i.test(pathname)) {
    throw invalidValue("ERR_INVALID_FILE_URL_PATH", "A file URL must not have encoded slashes")
  }
  return decodeURIComponent(pathname)
}

const textOf = (path: PathLike): string | undefined => {
  if (typeof path === "string") return path
  return isA("URL", path) ? fromUrl(path as URL) : undefined
}

/** @internal */
export const pathOf = (path: PathLike, name = "path"): string => {
  const text = textOf(path)
  if (text !== undefined) return text
  if (isA("Uint8Array", path)) return decode(path as Uint8Array)
  throw invalidType(name, `a string, a Buffer or a URL, not ${path === null ? "null" : typeof path}`)
}

/**
 * A path outside of any root. Bytes are refused: instead of the path of an archive, they are more likely its content,
 * which an error would then show.
 *
 * @internal
 */
export const hostPathOf = (path: string | URL, name: string, expected = "a string or a URL"): string => {
  const text = textOf(path)
  if (text === undefined) throw invalidType(name, expected)
  return text
}

/** @internal */
export interface Encoded {
  readonly encoding?: string | null | undefined
}

/**
 * An encoding, passed by itself or among other options.
 *
 * @internal
 */
export const encodingOf = (options: Encoded | string | null | undefined): string | undefined => {
  if (/^(bigint|boolean|number|symbol)$/.test(typeof options)) throw invalidType("options", "a string or an object")
  const encoding = typeof options === "string" ? options : options?.encoding
  if (encoding === undefined || encoding === null || encoding === "") return undefined
  const isKnown = encoding === "buffer" ||
    (hasBuffer ? Buffer.isEncoding(encoding) : /^utf-?8$/i.test(encoding))
  if (!isKnown) throw invalidValue("ERR_INVALID_ARG_VALUE", `The argument 'encoding' is invalid: ${String(encoding)}`)
  return encoding
}

/**
 * A name or a path in an encoding.
 *
 * @internal
 */
export const nameIn = (name: string, encoding: string | undefined): string | Uint8Array => {
  if (encoding === undefined || /^utf-?8$/i.test(encoding)) return name
  return contentIn(encode(name) ?? new TextEncoder().encode(name), encoding)
}

/** The content of a file in an encoding; without one, its bytes. */
const contentIn = (bytes: Uint8Array, encoding: string | undefined): string | Uint8Array => {
  if (encoding === undefined || encoding === "buffer") return bufferOf(bytes)
  return hasBuffer
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding as BufferEncoding) // `encodingOf` has checked it
    : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
}

/** @internal */
export interface Form extends Encoded {
  readonly buffer?: unknown
}

const wantedBytes = (buffer: unknown, name: string): Uint8Array => {
  if (!ArrayBuffer.isView(buffer)) throw invalidType(name, "a Buffer, a TypedArray or a DataView")
  return viewedBytes(buffer)
}

/**
 * Checks in which form the caller wants the content of a file, and returns the function that converts it: to text, to
 * bytes, or to the part of the caller's own buffer that has it.
 *
 * @internal
 */
export const formOf = (options: Form | string | null | undefined): (bytes: Uint8Array) => string | Uint8Array => {
  const encoding = encodingOf(options)
  const buffer = typeof options === "object" ? options?.buffer : undefined
  if (buffer === undefined) return (bytes) => contentIn(bytes, encoding)
  const find = typeof buffer === "function" ? buffer : undefined
  const own = find === undefined ? wantedBytes(buffer, "options.buffer") : undefined
  return (bytes) => {
    const room = own ?? wantedBytes(find?.(bytes.length), "options.buffer()")
    if (room.length < bytes.length) {
      const message = `The property 'options.buffer' has ${room.length} bytes, but the file has ${bytes.length}`
      throw invalidValue("ERR_INVALID_ARG_VALUE", message)
    }
    room.set(bytes)
    return contentIn(room.subarray(0, bytes.length), encoding)
  }
}

/**
 * The bytes to write, from text in an encoding (by default UTF-8) or from a view of bytes.
 *
 * @internal
 */
export const bytesOf = (data: unknown, encoding: string | undefined): Uint8Array => {
  if (typeof data === "string") {
    return hasBuffer && encoding !== undefined && encoding !== "buffer"
      ? Buffer.from(data, encoding as BufferEncoding) // `encodingOf` has checked it
      : new TextEncoder().encode(data)
  }
  if (data instanceof Uint8Array) return data
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  throw invalidType("data", "a string, a Buffer, a TypedArray or a DataView")
}
