/** Tests sparse files in archives of other programs, and malicious maps. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { archive, bsdtar, extended, file, header, output, record, tar, unpackInto } from "./archives.js"

const MIB = 1 << 20

let directory: ReturnType<typeof temporary>
const at = (name: string) => `${directory.path}/${name}`

beforeEach(() => {
  directory = temporary()
  for (const name of ["from", "to"]) Fs.mkdirSync(at(name))
})
afterEach(() => directory[Symbol.dispose]())

const unpack = (input: Uint8Array) => unpackInto(at("to"), input)

/** Makes a file with parts of 4,097 bytes, one per megabyte, with a hole before each. */
const makeSparse = (name: string, parts: number, end: number): void => {
  const fd = Fs.openSync(at(`from/${name}`), "w")
  for (let i = 1; i <= parts; i++) Fs.writeSync(fd, Buffer.alloc(4_097, `part ${i}`), 0, 4_097, i * MIB)
  Fs.ftruncateSync(fd, (parts + 1) * MIB + end)
  Fs.closeSync(fd)
}

const names = ["few", "many", "hole", "full", `${"long".repeat(40)}`]

const makeFiles = (): void => {
  makeSparse("few", 2, 17)
  makeSparse("many", 60, 0)
  makeSparse(names[4] ?? "", 5, 0)
  makeSparse("hole", 0, 3 * MIB)
  Fs.writeFileSync(at("from/full"), Buffer.alloc(10_000, "full"))
}

const same = (): void => {
  for (const name of names) {
    const [from, to] = [at(`from/${name}`), at(`to/${name}`)]
    expect(Fs.readFileSync(to).equals(Fs.readFileSync(from))).toBe(true)
    expect(Fs.statSync(to).mtimeMs).toBe(Fs.statSync(from).mtimeMs)
    // The copy has as few blocks as the file system needs, with some tolerance for metadata.
    expect(Fs.statSync(to).blocks).toBeLessThanOrEqual(Fs.statSync(from).blocks + 64)
  }
}

describe.skipIf(without(tar))("sparse files of GNU tar", () => {
  it.each([
    ["the old format", ["--format=gnu"]],
    ["version 0.0", ["--format=posix", "--sparse-version=0.0"]],
    ["version 0.1", ["--format=posix", "--sparse-version=0.1"]],
    ["version 1.0", ["--format=posix", "--sparse-version=1.0"]]
  ])("in %s are unpacked with their content and holes", async (_, options) => {
    makeFiles()
    // The old format only has whole seconds.
    for (const name of names) Fs.utimesSync(at(`from/${name}`), 1e9, 1e9)
    const input = output("tar", ["-cS", "--hole-detection=raw", ...options, "-C", at("from"), ...names])
    expect(input.length).toBeLessThan(2 * MIB)
    expect(await unpack(input)).toEqual([])
    same()
  })
})

describe.skipIf(without(bsdtar))("sparse files of bsdtar", () => {
  it("are unpacked with their content and holes", async () => {
    makeFiles()
    for (const name of names) Fs.utimesSync(at(`from/${name}`), 1e9, 1e9)
    const input = output("bsdtar", ["-c", "--format=pax", "-C", at("from"), ...names])
    expect(await unpack(input)).toEqual([])
    same()
  })
})

describe("hostile maps", () => {
  const version1 = (map: string, size: string, data: Buffer) => {
    const content = Buffer.concat([Buffer.from(map.padEnd(Math.ceil(map.length / 512) * 512, "\0")), data])
    const records = [["major", "1"], ["minor", "0"], ["name", "sparse"], ["realsize", size]]
    return Buffer.concat([
      extended(...records.map(([key, value = ""]) => record(`GNU.sparse.${key}`, value))),
      file("GNUSparseFile.0/sparse", content)
    ])
  }
  const version0 = (size: string, parts: ReadonlyArray<readonly [key: string, value: string]>, data: Buffer) =>
    Buffer.concat([
      extended(record("GNU.sparse.size", size), ...parts.map(([key, value]) => record(`GNU.sparse.${key}`, value))),
      file("sparse", data)
    ])
  const old = (
    numbers: ReadonlyArray<string>,
    size: string,
    data: Buffer,
    more: ReadonlyArray<Buffer> = [],
    name = "sparse"
  ) =>
    Buffer.concat([
      header("S", name, data.length, (block) => {
        numbers.forEach((number, i) => block.write(number, 386 + 12 * i, "latin1"))
        block.write(more.length > 0 ? "\x01" : "\0", 482)
        block.write(size, 483, "latin1")
      }),
      ...more,
      Buffer.concat([data, Buffer.alloc((512 - data.length % 512) % 512)])
    ])
  const data = Buffer.alloc(1_024, "data")
  const damaged = "the map of its holes is damaged"
  const fits = "the map of its holes does not fit its size in the archive"

  /** Unpacks an entry that must be refused, and a good one after it, and returns the reason. */
  const refused = async (entry: Buffer, name = "sparse") => {
    const told = await unpack(archive(entry, file("good")))
    expect(Fs.readdirSync(at("to"))).toEqual(["good"])
    expect(told.length).toBe(1)
    return told[0]?.replace(`failed ${name}: `, "")
  }

  it.each([
    ["no map", "", "8192", damaged],
    ["letters", "1\nx\n1024\n", "8192", damaged],
    ["a negative offset", "1\n-1\n1024\n", "8192", damaged],
    ["parts that overlap", "2\n0\n512\n256\n512\n", "8192", damaged],
    ["parts in reverse", "2\n4096\n512\n0\n512\n", "8192", damaged],
    ["a part after the end", "1\n8000\n1024\n", "8192", damaged],
    ["a part of 8 EiB", "1\n0\n9223372036854775807\n", "9223372036854775807", "it is larger than 8 PiB"],
    ["a size of 8 EiB", "1\n0\n1024\n", "9223372036854775807", "it is larger than 8 PiB"],
    ["a size that is not a number", "1\n0\n1024\n", "1e9", damaged],
    ["parts shorter than the stored content", "1\n0\n512\n", "8192", fits],
    ["parts longer than the stored content", "1\n0\n2048\n", "8192", fits],
    ["a billion parts", "1000000000\n0\n1024\n", "8192", "it has more than 1000000 holes"],
    ["fewer parts than announced", "9\n0\n1024\n", "8192", damaged],
    ["a number that does not end", "1".repeat(2_000), "8192", damaged]
  ])("of version 1.0 are refused: %s", async (_, map, size, why) => {
    expect(await refused(version1(map, size, data))).toBe(why)
  })

  it.each(
    [
      ["an odd map", [["map", "0,512,1024"]], damaged],
      ["a map of empty numbers", [["map", ","]], damaged],
      ["parts that overlap", [["offset", "0"], ["numbytes", "512"], ["offset", "0"], ["numbytes", "512"]], damaged],
      ["parts shorter than the stored content", [["numblocks", "0"]], fits]
    ] as const
  )("of version 0 are refused: %s", async (_, parts, why) => {
    expect(await refused(version0("8192", parts, data))).toBe(why)
  })

  it.each([
    ["letters", ["zzz", "0000002000"], "00000020000", damaged],
    ["parts that overlap", ["0", "1000", "400", "1000"], "00000020000", damaged],
    ["no map", [], "00000020000", fits],
    ["a negative offset", ["\xff".repeat(12), "2000"], "00000020000", damaged],
    ["8 EiB", ["0", "2000"], "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", damaged]
  ])("of the old format are refused: %s", async (_, numbers, size, why) => {
    expect(await refused(old(numbers, size, data))).toBe(why)
  })

  it("of millions of parts are read to the end, and refused", async () => {
    const block = Buffer.alloc(512)
    for (let i = 0; i < 42; i++) block.write("1", 12 * i)
    const last = Buffer.from(block)
    block[504] = 1
    const blocks = Array.from({ length: 60_000 }, () => block).concat(last)
    expect(await refused(old(["0", "0"], "20000", data, blocks))).toBe("it has more than 1000000 holes")
    const map = `1000000\n${Array.from({ length: 1_000_000 }, (_, i) => `${i}\n1\n`).join("")}`
    expect(await refused(version1(map, "1000000", data))).toBe(fits)
  })

  it("that end early are reported as an incomplete archive", async () => {
    const entry = old(["0", "2000"], "20000", data, [Buffer.alloc(512, 1)])
    for (const end of [512, 1_000, 1_024, 1_500]) {
      expect(await unpack(entry.subarray(0, end))).toEqual(["The archive ends too early: it is incomplete."])
    }
    expect(Fs.readdirSync(at("to"))).toEqual([])
  })

  it("of a file with .. in its name do not hide the next file", async () => {
    const entry = old(["0", "2000"], "20000", data, [Buffer.alloc(512)], "../x")
    expect(await refused(entry, "../x")).toBe("its name contains .., which could lead out of the destination")
  })

  it.each([
    ["version 1.0", version1("0\n", "8192", Buffer.alloc(0))],
    ["version 0.1", version0("8192", [["numblocks", "0"], ["map", ""]], Buffer.alloc(0))],
    ["version 0.0", version0("8192", [["numblocks", "0"]], Buffer.alloc(0))],
    ["the old format", old([], "00000020000", Buffer.alloc(0))]
  ])("of %s without parts create a single hole", async (_, entry) => {
    expect(await unpack(archive(entry))).toEqual([])
    expect(Fs.statSync(at("to/sparse"))).toMatchObject({ size: 8_192, blocks: 0 })
  })

  it("can create a file that is larger than the disk and a single hole", async () => {
    const told = await unpack(archive(version1("1\n1125899906842624\n0\n", "1125899906842624", Buffer.alloc(0))))
    if (told.length === 0) expect(Fs.statSync(at("to/sparse"))).toMatchObject({ size: 2 ** 50, blocks: 0 })
    else expect(told).toEqual(["failed sparse: its copy cannot be made: file too large (EFBIG)"])
  })
})
