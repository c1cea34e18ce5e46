/** The bytes of an archive, into the library that reads it. */
import type { Extract } from "tar-stream"
import { Broken } from "./entry.js"

/** How compressed files begin, and what decompresses them. */
const compressed: ReadonlyArray<readonly [magic: string, program: string]> = [
  ["1f8b", "gunzip"],
  ["425a68", "bunzip2"],
  ["fd377a585a", "unxz"],
  ["28b52ffd", "unzstd"]
]

const LONGEST_MAGIC = 5

const refuseCompressed = (start: Buffer): void => {
  const hex = start.toString("hex")
  const found = compressed.find(([magic]) => hex.startsWith(magic))
  if (found !== undefined) throw new Broken(`The archive is compressed: send it through ${found[1]} first.`)
}

/** Waits while the library has enough. It ends when the library has all, or does not want more. */
export const feed = async (input: AsyncIterable<Uint8Array>, extract: Extract): Promise<void> => {
  let wake = () => {}
  extract.on("drain", () => wake())
  extract.on("close", () => wake())
  const send = async (part: Uint8Array): Promise<void> => {
    if (extract.write(part)) return
    await new Promise<void>((resolve) => {
      wake = resolve
      if (extract.destroyed) resolve()
    })
  }
  try {
    let start: Buffer | undefined = Buffer.alloc(0)
    for await (const part of input) {
      if (extract.destroying) return
      if (start === undefined) {
        await send(part)
        continue
      }
      start = Buffer.concat([start, part])
      if (start.length < LONGEST_MAGIC) continue
      refuseCompressed(start)
      await send(start)
      start = undefined
    }
    if (start !== undefined) throw new Broken("The standard input has no archive.")
    extract.end(null)
  } catch (error) {
    extract.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
