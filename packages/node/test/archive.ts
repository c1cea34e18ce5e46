/** Builds archives byte by byte, including those that a real `tar` never writes. */
import type { Archive } from "@procfsroot/node/Tar"
import * as Tar from "@procfsroot/node/Tar"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { writeFileSync } from "node:fs"

interface Entry {
  readonly name: string | Buffer
  readonly type?: string
  readonly link?: string
  readonly content?: string | Buffer
  readonly mode?: number
  readonly magic?: string
  readonly prefix?: string
  /** Computes the checksum from signed bytes, as some old programs do. */
  readonly signed?: boolean
  /** Bytes to write at their offsets before the checksum is computed. */
  readonly raw?: Readonly<Record<number, Buffer>>
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((512 - bytes.length % 512) % 512)])

const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, "0")

export const entry = (
  {
    content = "",
    link = "",
    magic = "ustar\x0000",
    mode = 0o644,
    name,
    prefix = "",
    raw = {},
    signed = false,
    type = "0"
  }: Entry
): Buffer => {
  const header = Buffer.alloc(512)
  const bytes = Buffer.from(content)
  Buffer.from(name).copy(header, 0, 0, 100)
  header.write(octal(mode, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(bytes.length, 12), 124)
  header.write(octal(1_000_000_000, 12), 136)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write(magic, 257, "latin1")
  header.write(prefix, 345, 155)
  for (const [at, bytes] of Object.entries(raw)) bytes.copy(header, Number(at))
  header.write("        ", 148)
  header.write(`${octal(header.reduce((sum, byte) => sum + (signed && byte > 127 ? byte - 256 : byte), 0), 7)}\0 `, 148)
  return Buffer.concat([header, padded(bytes)])
}

export const file = (name: string | Buffer, content = ""): Buffer => entry({ name, content })
export const directory = (name: string, mode = 0o700): Buffer => entry({ name, type: "5", mode })
export const link = (name: string, link: string): Buffer => entry({ name, type: "2", link })
export const hardLink = (name: string, link: string): Buffer => entry({ name, type: "1", link })

/** One pax record, which begins with its own length. */
const record = (key: string, value: string | Buffer): Buffer => {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")])
  let length = rest.length
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length
  return Buffer.concat([Buffer.from(`${length}`), rest])
}

export const pax = (records: Readonly<Record<string, string | Buffer>>, type = "x"): Buffer =>
  entry({
    name: "PaxHeaders/x",
    type,
    content: Buffer.concat(Object.entries(records).map(([key, value]) => record(key, value)))
  })

export const end = Buffer.alloc(1024)

export interface Written extends Disposable {
  readonly path: string
}

/** Writes an archive to a temporary file. */
export const written = (...parts: ReadonlyArray<Buffer>): Written => {
  const directory = temporary()
  const path = `${directory.path}/tar`
  writeFileSync(path, Buffer.concat(parts))
  return { path, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

export const opened = (path: string, options?: Tar.Options): Promise<Archive> =>
  Program.runPromise(Tar.open(path, options))

export const text = async (archive: Archive, path: string): Promise<string> =>
  Buffer.from(await Program.runPromise(archive.fileSystem.readFile(path))).toString()

export const names = (archive: Archive, path = "/"): Promise<ReadonlyArray<string>> =>
  Program.runPromise(archive.fileSystem.readDirectory(path, true))

/** Opens an archive that consists of the parts and an end marker, and closes it after use. */
export const using = async <A>(parts: ReadonlyArray<Buffer>, use: (archive: Archive) => Promise<A> | A): Promise<A> => {
  using archive = written(...parts, end)
  const at = await opened(archive.path)
  try {
    return await use(at)
  } finally {
    at.close()
  }
}
