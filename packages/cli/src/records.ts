/** Splits bytes into records, at newlines or NULs. Each record is a path. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { fstatSync } from "node:fs"
import { Unusable } from "./failure.js"

/**
 * No path has more than 4,095 bytes. A record may have more, and is then reported as too long, but must not fill the
 * memory.
 */
const LONGEST = 1 << 20

const tooLong = (count: number) =>
  new Unusable({
    message: `Record ${count} of the standard input is longer than ${LONGEST} bytes, which no path can be.`
  })

/** Splits parts of a stream, and keeps what follows the last separator for the next part. */
class Cutter {
  readonly #separator: number
  #count = 0
  #kept: Array<Uint8Array> = []
  #keptLength = 0

  constructor(separator: number) {
    this.#separator = separator
  }

  cut(part: Uint8Array): Effect.Effect<Chunk.Chunk<string>, Unusable> {
    const records: Array<string> = []
    let start = 0
    for (let end = part.indexOf(this.#separator); end >= 0; end = part.indexOf(this.#separator, start)) {
      records.push(this.#record(part.subarray(start, end)))
      start = end + 1
    }
    this.#kept.push(part.subarray(start))
    this.#keptLength += part.length - start
    return this.#keptLength > LONGEST
      ? Effect.fail(tooLong(this.#count + 1))
      : Effect.succeed(Chunk.unsafeFromArray(records))
  }

  /** What follows the last separator is a record too, unless it is empty. */
  rest(): Chunk.Chunk<string> {
    return this.#keptLength === 0 ? Chunk.empty() : Chunk.of(this.#record(new Uint8Array()))
  }

  #record(end: Uint8Array): string {
    this.#count++
    if (this.#keptLength === 0) return SurrogateEscape.decode(end)
    const bytes = Buffer.concat([...this.#kept, end])
    this.#kept = []
    this.#keptLength = 0
    return SurrogateEscape.decode(bytes)
  }
}

/** `separator` is a byte. An empty record counts, as for `read` of a shell. */
export const records =
  (separator: number) => <E>(bytes: Stream.Stream<Uint8Array, E>): Stream.Stream<string, E | Unusable> =>
    Stream.suspend(() => {
      const cutter = new Cutter(separator)
      return bytes.pipe(
        Stream.mapEffect((part) => cutter.cut(part)),
        Stream.concat(Stream.sync(() => cutter.rest())),
        Stream.flattenChunks
      )
    })

/** Standard input, read only as fast as its parts are used. */
export const standardInput: Stream.Stream<Uint8Array, Unusable> = Stream.suspend(() => {
  // Node treats a directory as a stream without data.
  if (fstatSync(0).isDirectory()) return Stream.fail(unreadable("EISDIR"))
  return Stream.fromAsyncIterable(
    // A stream without an encoding yields Buffers, which Node's types do not say.
    process.stdin as AsyncIterable<Uint8Array>,
    (cause) => unreadable(cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown error")
  )
})

const unreadable = (code: string) => new Unusable({ message: `The standard input cannot be read (${code}).` })
