/** Splits standard input into records, at newlines or NULs. Each record is a path. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Readable } from "node:stream"
import { setImmediate } from "node:timers/promises"
import { codeOf, inWords, Unusable } from "./failure.js"
import { openInput } from "./streams.js"

/**
 * The length of the longest record, in bytes. A path has at most 4,095 bytes. A longer record is reported as a path
 * that is too long, but it must not fill the memory.
 */
const LONGEST = 1 << 20

const tooLong = (count: number) =>
  new Unusable(`Record ${count} of the standard input is longer than ${LONGEST} bytes, so it cannot be a path.`)

/** Splits parts of a stream, and keeps what comes after the last separator for the next part. */
class Cutter {
  readonly #separator: string
  #count = 0
  #kept: Array<Uint8Array> = []
  #keptLength = 0

  constructor(separator: "\n" | "\0") {
    this.#separator = separator
  }

  cut(part: Uint8Array): ReadonlyArray<string> {
    const end = part.lastIndexOf(this.#separator.charCodeAt(0)) + 1
    const records = end === 0 ? [] : this.#split(part.subarray(0, end - 1))
    // An empty rest would keep the memory of its part.
    if (end < part.length) this.#kept.push(part.subarray(end))
    this.#keptLength += part.length - end
    if (this.#keptLength > LONGEST) throw tooLong(this.#count + 1)
    return records
  }

  /** The text after the last separator is a record too, unless it is empty. */
  rest(): ReadonlyArray<string> {
    return this.#keptLength === 0 ? [] : this.#split(new Uint8Array())
  }

  /** Decodes all records together, which takes half as long: no character goes across a separator. */
  #split(end: Uint8Array): ReadonlyArray<string> {
    const bytes = this.#keptLength === 0 ? end : Buffer.concat([...this.#kept, end])
    this.#kept = []
    this.#keptLength = 0
    const records = SurrogateEscape.decode(bytes).split(this.#separator)
    this.#count += records.length
    return records
  }
}

const unreadable = (code = "UNKNOWN") => new Unusable(`The standard input cannot be read: ${inWords(code)}.`)

/**
 * In bytes. Each directory is looked up once for each part of the input, so small parts would take longer. All paths of
 * a part and their results are in memory at the same time.
 */
const PART = 1 << 18

/**
 * Adds what can be read without waiting for it. A pipe holds only 64 KiB, but its writer may have more by the next turn
 * of the event loop.
 */
const readOn = async (input: Readable, first: Uint8Array): Promise<Uint8Array> => {
  const parts = [first]
  for (let length = first.length; length < PART;) {
    await setImmediate()
    const more = input.read() as Uint8Array | null // a stream without an encoding yields Buffers
    if (more === null) break
    parts.push(more)
    length += more.length
  }
  return parts.length === 1 ? first : Buffer.concat(parts)
}

/** Reads standard input only as fast as its parts are used. */
async function* standardInput(signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const input = openInput(PART)
  signal?.addEventListener("abort", () => input.destroy())
  try {
    // As above, it yields Buffers, which is missing from Node's types.
    for await (const part of input as AsyncIterable<Uint8Array>) yield await readOn(input, part)
  } catch (error) {
    throw unreadable(codeOf(error))
  }
}

/**
 * The records of standard input, as many at a time as arrive together. An empty record counts, as it does for the `read`
 * of a shell.
 */
export async function* recordsOfInput(
  separator: "\n" | "\0",
  signal?: AbortSignal
): AsyncIterable<ReadonlyArray<string>> {
  const cutter = new Cutter(separator)
  for await (const part of standardInput(signal)) yield cutter.cut(part)
  yield cutter.rest()
}
