/**
 * Reads and writes the inputs that are kept in the repository, in `corpus/<target>.txt`. Each line is one input: a JSON
 * string whose characters are the bytes, or the base64 of the compressed bytes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createHash } from "node:crypto"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { deflateRawSync, inflateRawSync } from "node:zlib"

export const packages = fileURLToPath(new URL("../../../", import.meta.url))

export interface Source {
  readonly name: string
  /** The file that exports the target. */
  readonly file: string
}

/** All targets: the files in `test/fuzz` of the packages. */
export const sources = (): ReadonlyArray<Source> =>
  readdirSync(packages).flatMap((name) => {
    const directory = join(packages, name, "test/fuzz")
    if (!existsSync(directory)) return []
    return readdirSync(directory).map((file) => ({ name: basename(file, ".ts"), file: join(directory, file) }))
  })

const placeOf = (name: string): string => join(packages, "testkit/corpus", `${name}.txt`)

const textOf = (bytes: Buffer): string =>
  JSON.stringify(bytes.toString("latin1")).replace(
    /[\x7f-\xff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** The readable form, unless it is more than twice as long as the compressed one. */
const lineOf = (bytes: Buffer): string => {
  const text = textOf(bytes)
  const packed = deflateRawSync(bytes).toString("base64")
  return text.length <= 2 * packed.length ? text : packed
}

const bytesIn = (line: string): Buffer =>
  line.startsWith("\"")
    ? Buffer.from(JSON.parse(line) as string, "latin1") // `textOf` wrote it
    : inflateRawSync(Buffer.from(line, "base64"))

/** The maximum length of a target's file. */
const MOST = 40_000

export const kept = (name: string): ReadonlyArray<Buffer> => {
  const place = placeOf(name)
  if (!existsSync(place)) return []
  return readFileSync(place, "utf8").split("\n").filter((line) => line !== "").map(bytesIn)
}

/** Writes the inputs with the shortest lines, as many as fit, and returns how many. */
export const keep = (name: string, inputs: ReadonlyArray<Buffer>): number => {
  const lines = Array.from(new Set(inputs.map(lineOf))).toSorted((a, b) => a.length - b.length)
  let length = 0
  const short = lines.filter((line) => (length += line.length + 1) <= MOST)
  writeFileSync(placeOf(name), short.toSorted().map((line) => `${line}\n`).join(""))
  return short.length
}

/** Writes inputs as files for libFuzzer, which names files by their hashes. */
export const unpack = (directory: string, inputs: ReadonlyArray<Buffer>): void => {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const bytes of inputs) writeFileSync(join(directory, createHash("sha1").update(bytes).digest("hex")), bytes)
}

export const inputsIn = (directory: string): ReadonlyArray<Buffer> =>
  readdirSync(directory).map((name) => readFileSync(join(directory, name)))
