import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/** The encoders of the web, which Node has too: no library of the language types them. */
declare const TextEncoder: new() => { readonly encode: (text: string) => Uint8Array }
declare const TextDecoder: new(
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { readonly decode: (bytes: Uint8Array) => string }

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * The bytes that a text stands for; as in names, lone surrogates stand for bytes that are no UTF-8.
 *
 * @internal
 */
export const bytesOf = (content: string | Uint8Array): Uint8Array | undefined => {
  if (typeof content !== "string") return content.slice()
  return content.isWellFormed() ? encoder.encode(content) : SurrogateEscape.encode(content)
}

/**
 * Text where the bytes are UTF-8, so that what a test wrote as text it reads as text.
 *
 * @internal
 */
export const contentOf = (bytes: Uint8Array): string | Uint8Array => {
  try {
    return decoder.decode(bytes)
  } catch {
    return bytes.slice()
  }
}
