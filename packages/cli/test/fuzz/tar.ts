/**
 * Fuzzes archives: compares the reader of the command, which reads a stream, with the file system in an archive, which
 * reads by offsets.
 */
import * as Tar from "@procfsroot/node/Tar"
import * as TarHeaders from "@procfsroot/node/TarHeaders"
import { asyncTarget, check } from "@procfsroot/testkit/fuzz/target"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { writeFileSync } from "node:fs"
import { Broken, extendedOf, keptOf, pathOf, targetOf } from "../../src/copy/entry.js"
import { Input } from "../../src/copy/input.js"
import { ArchiveReader } from "../../src/copy/reader.js"
import { readSparse } from "../../src/copy/sparse.js"
import { Refused } from "../../src/copy/why.js"

const { BLOCK } = TarHeaders

/**
 * Corrects the checksum of each block that has one in its usual form, since random changes almost never produce a
 * correct one.
 */
const corrected = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  for (let at = 0; at + BLOCK <= copy.length; at += BLOCK) {
    const block = copy.subarray(at, at + BLOCK)
    if (block[154] !== 0 || block[155] !== 0x20) continue
    block.fill(" ", 148, 156)
    const sum = block.reduce((sum, byte) => sum + byte, 0)
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  }
  return copy
}

/** Yields the bytes in parts whose length is not a multiple of the block size. */
async function* parts(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700)
}

const refused = <A>(attempt: () => A): A | undefined => {
  try {
    return attempt()
  } catch (error) {
    check(error instanceof Refused, error instanceof Error ? error : String(error))
    return undefined
  }
}

const checkEntry = async (entry: TarHeaders.Entry, reader: ArchiveReader): Promise<void> => {
  const path = refused(() => pathOf(entry))
  check(path === undefined || !path.split("/").some((name) => name === ".." || name === "."), path)
  refused(() => targetOf(entry))
  refused(() => keptOf(entry, true))
  extendedOf(entry)
  if (!entry.sparse) return
  try {
    const { map, size } = await readSparse(entry, reader)
    check(map.every((number) => Number.isSafeInteger(number) && number <= size))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

interface Seen {
  /**
   * Whether no entry was sparse. If the map of a sparse file is damaged, the reader can be left in the middle of it.
   */
  readonly isPlain: boolean
  readonly failure: string | undefined
}

const streamed = async (bytes: Buffer): Promise<Seen> => {
  const reader = new ArchiveReader(new Input(parts(bytes), true))
  let isPlain = true
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      isPlain &&= !entry.sparse
      await checkEntry(entry, reader)
    }
    return { isPlain, failure: undefined }
  } catch (error) {
    check(error instanceof Broken, error instanceof Error ? error : String(error))
    return { isPlain, failure: error.message }
  }
}

/** Why the file system in the archive cannot be opened, or `undefined` if it can. */
const opened = async (file: string): Promise<string | undefined> => {
  try {
    const archive = await Program.runPromise(Tar.open(file))
    archive.close()
    return undefined
  } catch (error) {
    check(typeof error === "object" && error !== null && "_tag" in error && error._tag === "Unavailable", String(error))
    return JSON.stringify(error)
  }
}

export const fuzz = asyncTarget(async (bytes) => {
  const archive = corrected(bytes)
  await streamed(archive)
  // Without the padding after its last file, an archive can be read by offsets, but is incomplete as a stream.
  const whole = Buffer.concat([archive, Buffer.alloc(TarHeaders.padded(archive.length) - archive.length)])
  using directory = temporary()
  const file = `${directory.path}/a.tar`
  writeFileSync(file, whole)
  const { failure, isPlain } = await streamed(whole)
  const other = await opened(file)
  // A disk image can begin with zeros too, so the file system in an archive examines more of them.
  const isEmpty = whole.length >= BLOCK && TarHeaders.isZero(whole.subarray(0, BLOCK))
  if (isPlain && !isEmpty) check((other === undefined) === (failure === undefined), `${failure}; ${other}`)
})
