/** The standard streams, written as bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/platform/ResolveError"
import * as Effect from "effect/Effect"
import { NobodyReads, Unusable } from "./failure.js"

/** The bytes the text stands for: those of names that are no UTF-8 as they were. */
const bytesOf = (text: string): Uint8Array =>
  text.isWellFormed() ? Buffer.from(text) : SurrogateEscape.encode(text) ?? Buffer.from(text)

/** Waits until the text is written, so that nothing is read, resolved or kept in memory that nobody takes. */
export const write = (text: string): Effect.Effect<void, NobodyReads | Unusable> =>
  Effect.async((resume) => {
    const { stdout } = process
    // The error comes to the callback of `write`; without a listener it would end the process as well.
    if (stdout.listenerCount("error") === 0) stdout.on("error", () => {})
    stdout.write(bytesOf(text), (error) => {
      if (error === null || error === undefined) return resume(Effect.void)
      const code = "code" in error ? String(error.code) : error.message
      resume(Effect.fail(
        code === "EPIPE"
          ? new NobodyReads()
          : new Unusable({ message: `The answers cannot be written to the standard output (${code}).` })
      ))
    })
  })

/**
 * The text with every character escaped as in JSON that would garble a terminal or not be seen; newlines stay. JSON stays
 * JSON, of the same value: outside its strings there are no such characters, nor newlines within them.
 */
export const visible = (text: string): string => text.replace(/[^\n -~]+/gu, (part) => quote(part).slice(1, -1))

/** A sentence for the person who called; where the standard error is closed, nobody is there to be told. */
export const complain = (text: string): Effect.Effect<void> =>
  Effect.async((resume) => {
    const { stderr } = process
    if (stderr.listenerCount("error") === 0) stderr.on("error", () => {})
    stderr.write(`${visible(text)}\n`, () => resume(Effect.void))
  })

/** Whether a person reads the standard output, on a terminal that control characters could garble. */
const onTerminal = (): boolean => process.stdout.isTTY === true

/** Colours are for terminals, and for those who want them (https://no-color.org). */
export const colourful = (): boolean => onTerminal() && (process.env["NO_COLOR"] ?? "") === ""

/** The text as it is, where every character of it can be seen; else quoted. */
export const legible = (text: string): string => {
  const quoted = quote(text)
  return quoted.length === text.length + 2 ? text : quoted
}

/**
 * A path as a record of plain output. On a terminal it is legible. Elsewhere it is as it is, unless it could be taken for
 * two records, or for a quoted one; between NULs, which are in no path, it is always as it is.
 */
export const record = (path: string, separator: "\n" | "\0"): string => {
  if (onTerminal()) return legible(path) + separator
  return (separator === "\n" && (path.includes("\n") || path.startsWith("\"")) ? quote(path) : path) + separator
}
