/**
 * Reads a tar archive that was dropped on the page as a tree. The headers are read by `@procfsroot/node`, because
 * libraries for browsers decode names as UTF-8 and lose all others. Only names and targets are kept.
 */
import type { Inode } from "@procfsroot/node/Tar"
import { typeOf } from "@procfsroot/vfs/Attributes"
import { MemoryTree } from "@procfsroot/vfs"
import { joined } from "./bytes.js"
import { print } from "./treeText.js"

/** The content of an archive as the text on the page, and how many entries were skipped. */
export interface Read {
  readonly tree: string
  readonly skipped: number
}

/** More lines than this would be of no use on the page. */
const MOST_FILES = 50_000

const LONGEST_HEADER = 1 << 20

/** Reads a stream in pieces of any length. */
class Pieces {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader()
  }

  /** Returns the next `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Uint8Array> {
    const parts = [this.#rest]
    let have = this.#rest.length
    while (have < length) {
      const { done, value } = await this.#reader.read()
      if (done) break
      parts.push(value)
      have += value.length
    }
    const all = parts.length === 1 ? this.#rest : joined(parts, have)
    this.#rest = all.subarray(length)
    return all.subarray(0, length)
  }

  /** Skips bytes. Returns false if the stream ends before. */
  async skip(length: number): Promise<boolean> {
    let left = length - this.#rest.length
    this.#rest = this.#rest.subarray(length)
    while (left > 0) {
      const { done, value } = await this.#reader.read()
      if (done) return false
      if (value.length > left) this.#rest = value.subarray(left)
      left -= value.length
    }
    return true
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}

const entryOf = ({ meta }: Inode): MemoryTree.Entry => {
  switch (typeOf(meta)) {
    case "Directory":
      return MemoryTree.directory()
    case "SymbolicLink":
      return MemoryTree.link(meta.target)
    case "FIFO":
      return MemoryTree.fifo()
    default:
      return MemoryTree.file("")
  }
}

const collect = (entries: Record<string, MemoryTree.Entry>, path: string, node: Inode): void => {
  for (const [name, child] of node.children ?? []) {
    const below = `${path}/${name}`
    entries[below] = entryOf(child)
    collect(entries, below, child)
  }
}

const gunzipped = async (file: Blob): Promise<ReadableStream<Uint8Array>> => {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const isGzip = first === 0x1f && second === 0x8b
  return isGzip ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream()
}

/** Loads the readers of archives when they are first needed. They use `Buffer`, which browsers do not have. */
const readers = async () => {
  const { Buffer } = await import("buffer/")
  Object.assign(globalThis, { Buffer: globalThis.Buffer ?? Buffer })
  const [TarHeaders, TarIndex] = await Promise.all([
    import("@procfsroot/node/TarHeaders"),
    import("@procfsroot/node/TarIndex")
  ])
  return { TarHeaders, TarIndex }
}

const refuse = (why: string): never => {
  throw new Error(why)
}

const reasonOf = (thrown: unknown): string => {
  if (thrown instanceof Error) return thrown.message
  // The readers throw `Unavailable`, which has a reason.
  return typeof thrown === "object" && thrown !== null && "reason" in thrown ? String(thrown.reason) : String(thrown)
}

/**
 * Skips the blocks that continue the map of a sparse file in the old format of GNU tar. Returns how many bytes they
 * have.
 */
const mapLength = async (pieces: Pieces, header: Uint8Array | undefined): Promise<number> => {
  let length = 0
  for (let more = header?.[482] ?? 0; more !== 0;) {
    const block = await pieces.take(512)
    length += block.length
    more = block[504] ?? 0
  }
  return length
}

const readEntries = async (pieces: Pieces): Promise<Read> => {
  const { TarHeaders: { BLOCK, isHeader, isZero, make, padded }, TarIndex } = await readers()
  const headers = make(/(?!)/, LONGEST_HEADER)
  const index = TarIndex.make(MOST_FILES)
  for (let at = 0;;) {
    const block = Buffer.from(await pieces.take(BLOCK))
    if (block.length === 0 && at > 0) break
    if (block.length < BLOCK) refuse(at === 0 ? "it is not a tar archive" : "it is truncated")
    if (isZero(block)) break
    if (at === 0 && !isHeader(block)) refuse("it is not a tar archive, or compressed by something other than gzip")
    const next = headers.read(block, at)
    if (typeof next === "number") {
      const content = Buffer.from(await pieces.take(padded(next)))
      if (content.length < next) refuse("it is truncated")
      headers.extend(block, at, content.subarray(0, next))
      at += BLOCK + padded(next)
      continue
    }
    index.add(next)
    at += await mapLength(pieces, next.type === "S" ? block : undefined)
    if (!await pieces.skip(padded(next.size))) refuse("it is truncated")
    at += BLOCK + padded(next.size)
  }
  if (headers.unused !== undefined) refuse("it is truncated")
  const entries: Record<string, MemoryTree.Entry> = {}
  collect(entries, "", index.root)
  return { tree: print(entries), skipped: index.skipped.length }
}

/** Reads an archive, which can be compressed with gzip. Rejects with an `Error` that says why it cannot be read. */
export const readTar = async (file: Blob): Promise<Read> => {
  const pieces = new Pieces(await gunzipped(file))
  try {
    return await readEntries(pieces)
  } catch (thrown) {
    await pieces.cancel().catch(() => {}) // the stream has already failed
    throw new Error(reasonOf(thrown), { cause: thrown })
  }
}
