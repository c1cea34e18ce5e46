/** Passes texts through libraries that can only pass bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Errno from "@procfsroot/vfs/Errno"
import { asNumber, type Library, type NativeFunction, type Parameter } from "../library.js"

const encoder = new TextEncoder()

/** In bytes; enough for most texts. A longer text gets a new buffer. */
const ROOM = 4096

/** The most bytes of UTF-8 for one unit of a JavaScript string. */
const MOST = 3

/** The bytes of a text that contains escaped bytes, in `bytes` if there is room. */
const escaped = (text: string, bytes: Uint8Array): Uint8Array => {
  const found = SurrogateEscape.encode(`${text}\0`)
  if (found === undefined) throw Errno.make("EILSEQ")
  if (found.length > ROOM) return found
  bytes.set(found)
  return bytes
}

/** Encodes texts for one parameter, with a NUL at the end. The result is valid until the next text is encoded. */
const encoderOf = (): (text: string) => Uint8Array => {
  const bytes = new Uint8Array(new ArrayBuffer(ROOM))
  return (text) => {
    if (!text.isWellFormed()) return escaped(text, bytes)
    if (text.length * MOST >= ROOM) return encoder.encode(`${text}\0`)
    bytes[encoder.encodeInto(text, bytes).written] = 0
    return bytes
  }
}

/**
 * A function that passes the bytes of each text to `call`. It does nothing after the call, because that
 * could change errno.
 */
const withTexts = (parameters: ReadonlyArray<Parameter>, call: NativeFunction): NativeFunction => {
  const texts = parameters.flatMap((parameter, at) => parameter === "text" ? [{ at, encode: encoderOf() }] : [])
  if (texts.length === 0) return call
  return (...args: Array<unknown>) => {
    for (const { at, encode } of texts) args[at] = encode(args[at] as string) // as declared
    return call(...args)
  }
}

/**
 * The declarations of a library whose types have these names. `functionOf` returns a function that takes the bytes of
 * each text.
 *
 * @internal
 */
export const declaring = (
  functionOf: (name: string, result: "i32" | "i64", parameters: ReadonlyArray<Parameter>) => NativeFunction
): Pick<Library, "declare" | "declareLong" | "long" | "passesBytes"> => ({
  declare: (name, ...parameters) => withTexts(parameters, functionOf(name, "i32", parameters)),
  declareLong: (name, ...parameters) => asNumber(withTexts(parameters, functionOf(name, "i64", parameters))),
  passesBytes: true,
  long: (value) => value
})
