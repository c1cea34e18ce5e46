/** Converts the content of files between text and bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/** A global of browsers and Node, which TypeScript's library for ECMAScript does not declare. */
declare const TextDecoder: new(
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { readonly decode: (bytes: Uint8Array) => string }

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Returns the bytes of a content, as a copy: `slice` of a Buffer would share its memory. As in names, lone surrogates in
 * text represent bytes that are not valid UTF-8.
 *
 * @internal
 */
export const bytesOf = (content: string | Uint8Array): Uint8Array | undefined =>
  typeof content === "string" ? SurrogateEscape.encode(content) : new Uint8Array(content)

/**
 * Returns text if the bytes are valid UTF-8, so that a test that wrote text reads text.
 *
 * @internal
 */
export const contentOf = (bytes: Uint8Array): string | Uint8Array => {
  try {
    return decoder.decode(bytes)
  } catch {
    return new Uint8Array(bytes)
  }
}
