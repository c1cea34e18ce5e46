/**
 * Reads the maps of sparse files in the formats of GNU tar: the old one, and 0.0, 0.1 and 1.0 in pax ("Storing Sparse
 * Files" in the manual of GNU tar). A map contains the position of each part of the content in the file. The rest of
 * the file is holes.
 */
import { BLOCK, type Entry, numberIn } from "@procfsroot/node/TarHeaders"
import type { ArchiveReader } from "./reader.js"
import { Refused } from "./why.js"

export interface Sparse {
  readonly size: number
  /** The offset and the length of the first part, of the second one, and so on. */
  readonly map: ReadonlyArray<number>
}

/** How many parts a file can have. */
const MOST = 1_000_000

/** The size of a part in the old format, and how many parts fit in the header and in a block after it. */
const PART = 24
const IN_HEADER = 4
const IN_BLOCK = 21

const damaged = (): never => {
  throw new Refused("the map of its holes is damaged")
}

const tooMany = (): never => {
  throw new Refused(`it has more than ${MOST} holes`)
}

const numberOf = (text: string): number => {
  const number = /^\d{1,20}$/.test(text) ? Number(text) : Number.NaN
  return Number.isNaN(number) ? damaged() : number
}

/** Adds the parts in a block to the map. Unused ones are empty. */
const addParts = (block: Buffer, start: number, count: number, map: Array<number>): void => {
  for (let at = start; at < start + count * PART && block[at] !== 0; at += PART) {
    map.push(numberIn(block, at, PART / 2) ?? Number.NaN, numberIn(block, at + PART / 2, PART / 2) ?? Number.NaN)
  }
}

const readOld = async ({ block }: Entry, reader: ArchiveReader): Promise<Sparse> => {
  const map: Array<number> = []
  addParts(block, 386, IN_HEADER, map)
  const size = numberIn(block, 483, 12)
  // All blocks are read even if they are too many, because the content follows them.
  for (let more = block[482] !== 0; more;) {
    const next = await reader.extra()
    if (map.length <= 2 * MOST) addParts(next, 0, IN_BLOCK, map)
    more = next[504] !== 0
  }
  return { size: size ?? Number.NaN, map }
}

/** In version 1.0, the map is in the content, as lines of digits, up to the end of a block. */
const readFromContent = async (reader: ArchiveReader): Promise<ReadonlyArray<number>> => {
  const numbers: Array<number> = []
  let text = ""
  for (let count = 1; numbers.length < count;) {
    if (reader.left < BLOCK) return damaged()
    const lines = (text + (await reader.take(BLOCK)).toString("latin1")).split("\n")
    text = lines.pop() ?? ""
    for (const line of lines) {
      if (numbers.length === count) break
      numbers.push(numberOf(line))
      if (numbers.length === 1) count = 1 + 2 * (numbers[0] ?? 0)
      if (count > 2 * MOST + 1) return tooMany()
    }
    if (text.length > BLOCK) return damaged()
  }
  return numbers.slice(1)
}

const numbersIn = (texts: ReadonlyArray<string>): ReadonlyArray<number> => texts.map(numberOf)

const readPax = async ({ parts, records }: Entry, reader: ArchiveReader): Promise<Sparse> => {
  const record = (key: string): string | undefined => records.get(`GNU.sparse.${key}`)?.toString("latin1")
  const size = numberOf(record("realsize") ?? record("size") ?? "")
  if (record("major") === "1") return { size, map: await readFromContent(reader) }
  const map = record("map")
  if (map === undefined) return { size, map: numbersIn(parts) }
  return { size, map: map === "" ? [] : numbersIn(map.split(",")) }
}

/** Checks that the parts do not overlap, are in the file, and are as long as the content in the archive. */
const check = ({ map, size }: Sparse, stored: number): void => {
  if (map.length > 2 * MOST) tooMany()
  if (size > Number.MAX_SAFE_INTEGER) throw new Refused("it is larger than 8 PiB")
  if (!Number.isInteger(size) || map.length % 2 !== 0) damaged()
  let end = 0
  let sum = 0
  for (let i = 0; i < map.length; i += 2) {
    const [offset = 0, length = 0] = [map[i], map[i + 1]]
    // Written like this, the condition also detects NaN.
    if (!(offset >= end && length >= 0 && offset + length <= size)) damaged()
    end = offset + length
    sum += length
  }
  if (sum !== stored) throw new Refused("the map of its holes does not fit its size in the archive")
}

/** Reads the map of a sparse file. After this, the rest of the content is the parts. */
export const readSparse = async (entry: Entry, reader: ArchiveReader): Promise<Sparse> => {
  const sparse = entry.type === "S" ? await readOld(entry, reader) : await readPax(entry, reader)
  check(sparse, reader.left)
  return sparse
}
