/** Writes to standard output and standard error, as bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { closeSync, fstatSync } from "node:fs"
import { codeOf, inWords, NobodyReads, Unusable } from "./failure.js"
import { standardOutput } from "./streams.js"

const STDOUT = 1

/** The bytes of a text. Names that are not UTF-8 become their original bytes. */
export const bytesOf = (text: string): Uint8Array => SurrogateEscape.encode(text) ?? Buffer.from(text)

/** Waits until the text is written, so that nothing is read, resolved or kept in memory before it is needed. */
export const write = (text: string): Promise<void> => writeBytes(bytesOf(text))

export const writeBytes = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const stdout = standardOutput()
    // The callback of `write` gets the error. Without a listener, the error would also end the process.
    if (stdout.listenerCount("error") === 0) stdout.on("error", () => {})
    stdout.write(bytes, (error) => {
      if (error === null || error === undefined) return resolve()
      const code = codeOf(error) ?? error.message
      reject(code === "EPIPE" ? new NobodyReads() : unwritable(code))
    })
  })

const unwritable = (code: string): Unusable =>
  new Unusable(`The results cannot be written to standard output: ${inWords(code)}.`)

/**
 * Closes standard output if it is a file, after everything is written. Some file systems report only then that the
 * content could not be written. If the end of the process closed it, nobody would learn that.
 */
export const closeOutput = (): void => {
  try {
    if (fstatSync(STDOUT).isFile()) closeSync(STDOUT)
  } catch (error) {
    throw unwritable(codeOf(error) ?? "EIO")
  }
}

/** Collects short texts, so that they are written in larger parts. */
export class Writer {
  #parts: Array<string> = []
  #length = 0

  /** If enough is collected, writes it and returns a promise to wait for. */
  add(text: string): Promise<void> | undefined {
    this.#parts.push(text)
    this.#length += text.length
    return this.#length >= PART ? this.flush() : undefined
  }

  async flush(): Promise<void> {
    const text = this.#parts.join("")
    this.#parts = []
    this.#length = 0
    if (text !== "") await write(text)
  }
}

const PART = 1 << 16

/**
 * Escapes, as in JSON, every character that is invisible or would garble a terminal. Newlines are not escaped. JSON
 * keeps its value, because it contains no such characters outside of strings, and no newlines inside of strings.
 */
export const visible = (text: string): string => text.replace(/[^\n -~]+/gu, (part) => quote(part).slice(1, -1))

/** Prints a sentence for the user. Does nothing if standard error is closed. */
export const complain = (text: string): Promise<void> =>
  new Promise((resolve) => {
    const { stderr } = process
    if (stderr.listenerCount("error") === 0) stderr.on("error", () => {})
    stderr.write(`${visible(text)}\n`, () => resolve())
  })

/** Prints a sentence about a path that failed. The other paths are still processed, but the exit status is 1. */
export const complainOf = (text: string): Promise<void> => {
  process.exitCode = 1
  return complain(text)
}

/** Whether standard output is a terminal, which control characters could garble. */
export const onTerminal = (): boolean => process.stdout.isTTY === true

/** Whether a terminal shows escape sequences as text, like the shell of Emacs (`terminfo(5)`). */
export const isDumb = (): boolean => process.env["TERM"] === "dumb"

/** Colours are used on terminals only, unless they are switched off (https://no-color.org). */
export const colourful = (): boolean => onTerminal() && !isDumb() && (process.env["NO_COLOR"] ?? "") === ""

/** Returns the text unchanged if it is not empty and every character in it is visible, otherwise quoted. */
export const legible = (text: string): string => {
  const quoted = quote(text)
  return text !== "" && quoted.length === text.length + 2 ? text : quoted
}

export const counted = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`

/**
 * A path as a record of plain output. On a terminal it is made readable. Elsewhere it is unchanged, unless it could be
 * mistaken for two records or for a quoted one. With NUL as separator, which no path contains, it is always unchanged.
 */
export const record = (path: string, separator: "\n" | "\0"): string => {
  if (onTerminal()) return legible(path) + separator
  return (separator === "\n" && (path.includes("\n") || path.startsWith("\"")) ? quote(path) : path) + separator
}
