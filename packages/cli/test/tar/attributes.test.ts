/**
 * Tests that names and extended attributes are kept as bytes: random trees go through archives of this program and of
 * others, and must stay the same.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { generator, type Random } from "@procfsroot/testkit/generator"
import { judge, without } from "@procfsroot/testkit/judges"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { randomInt } from "node:crypto"
import * as Fs from "node:fs"
import { extract, pack } from "tar-stream"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { pathsBelow, stateOf } from "../copy/boxes.js"
import { archive, bsdtar, extended, file, header, output, packFrom, record, tar, unpackInto } from "./archives.js"

let directory: ReturnType<typeof temporary>
const at = (name: string) => `${directory.path}/${name}`

beforeEach(() => {
  directory = temporary()
  for (const name of ["from", "to"]) Fs.mkdirSync(at(name))
})
afterEach(() => {
  execFileSync("chmod", ["-R", "u+rwX", directory.path])
  directory[Symbol.dispose]()
})

const set = async (path: string, name: string, value: Uint8Array | string): Promise<void> => {
  await using root = await openRoot("/")
  await root.directory.setExtendedAttribute(path, name, Buffer.from(value), { noFollow: true })
}

const why = await (async () => {
  using place = temporary()
  try {
    await set(place.path, "user.x", "x")
    return undefined
  } catch (error) {
    return `extended attributes cannot be set: ${String(error)}`
  }
})()

const attributes = judge(() => why)

/** The extended attributes of a file, as text in which each character is a byte. */
const attributesAt = async (path: string): Promise<ReadonlyArray<string>> => {
  await using root = await openRoot("/")
  const name = SurrogateEscape.decode(Buffer.from(path, "latin1"))
  const found: Array<string> = []
  for (const key of await root.directory.listExtendedAttributes(name, { noFollow: true })) {
    const value = await root.directory.getExtendedAttribute(name, key, { noFollow: true })
    found.push(`${key}=${Buffer.from(value ?? []).toString("latin1")}`)
  }
  return found.toSorted()
}

const stateBelow = (place: string) =>
  Promise.all(
    pathsBelow(place).map(async (path) => ({
      path: path.slice(place.length),
      ...stateOf(path),
      attributes: await attributesAt(path)
    }))
  )

type Numbers = Random["random"]

const letters = ["a", "b", "ü", "語", "\xff", "\xc3", "\n", " ", "%", "=", "\\", "\x01", "-", "."]

/** A random name, as bytes in latin1. */
const nameOf = (random: Numbers, many: number): string => {
  const length = 1 + random(random(4) === 0 ? 120 : 6)
  const name = Array.from({ length }, () => letters[random(letters.length)] ?? "")
    .map((letter) => letter.length === 1 && letter <= "\xff" ? letter : Buffer.from(letter).toString("latin1")).join("")
  return `${many}${name}`.slice(0, 250)
}

const bytesOf = (random: Numbers, limit: number): Buffer =>
  Buffer.from(Array.from({ length: random(limit) }, () => random(256)))

const makeTree = async (place: string, random: Numbers, isRoot: boolean): Promise<void> => {
  const directories = [place]
  const files: Array<string> = []
  for (let i = 0; i < 25; i++) {
    const parent = directories[random(directories.length)] ?? place
    const path = `${parent}/${nameOf(random, i)}`
    const bytes = Buffer.from(path, "latin1")
    const kind = random(6)
    if (kind === 0) {
      Fs.mkdirSync(bytes)
      directories.push(path)
    } else if (kind === 1) {
      Fs.symlinkSync(Buffer.from(nameOf(random, i).repeat(1 + random(3)), "latin1"), bytes)
    } else if (kind === 2 && files.length > 0) {
      Fs.linkSync(Buffer.from(files[random(files.length)] ?? "", "latin1"), bytes)
      continue
    } else {
      Fs.writeFileSync(bytes, bytesOf(random, random(5) === 0 ? 30_000 : 600))
      files.push(path)
    }
    const name = SurrogateEscape.decode(bytes)
    if (kind !== 1) {
      for (let some = random(3); some > 0; some--) {
        await set(name, `user.${some}${random(2) === 0 ? "%3D=%" : ""}`, bytesOf(random, 300))
      }
      Fs.chmodSync(bytes, (kind === 0 ? 0o700 : 0o400) | random(0o1000))
    }
    if (isRoot && random(3) === 0) {
      Fs.lchownSync(bytes, random(3_000_000), random(3_000_000))
      await set(name, "trusted.x", bytesOf(random, 50))
      if (kind > 2) await set(name, "security.capability", Buffer.from(`0100000200200000${"00".repeat(12)}`, "hex"))
    }
    Fs.lutimesSync(bytes, 1, random(2 ** 31) + random(1_000) / 1_000)
  }
  for (const path of directories.toReversed()) Fs.utimesSync(Buffer.from(path, "latin1"), 1, random(2 ** 31))
}

const seeds = [1, 2, 3].map(() => randomInt(2 ** 31))

const isRoot = process.geteuid?.() === 0

describe.skipIf(without(attributes, tar)).each(seeds)("a random tree (seed %d)", (seed) => {
  // An ordinary user can only set some attributes, but GNU tar tries to set all.
  const include = isRoot ? "*" : "user.*"
  const options = ["--xattrs", `--xattrs-include=${include}`]

  it("is the same after GNU tar has unpacked it", async () => {
    await makeTree(at("from"), generator(seed).random, isRoot)
    const { bytes, told } = await packFrom(at("from"), "/.")
    expect(told).toEqual([])
    output("tar", ["-xp", ...options, "-C", at("to")], bytes)
    expect(await stateBelow(at("to"))).toEqual(await stateBelow(at("from")))
  })

  it("is the same after GNU tar has packed it", async () => {
    await makeTree(at("from"), generator(seed).random, isRoot)
    const bytes = output("tar", ["-c", "--format=posix", ...options, "-C", at("from"), "."])
    expect(await unpackInto(at("to"), bytes)).toEqual([])
    expect(await stateBelow(at("to"))).toEqual(await stateBelow(at("from")))
  })

  it("is the same after it went through an archive", async () => {
    await makeTree(at("from"), generator(seed).random, isRoot)
    const { bytes, told } = await packFrom(at("from"), "/.")
    expect(told).toEqual([])
    expect(await unpackInto(at("to"), bytes)).toEqual([])
    expect(await stateBelow(at("to"))).toEqual(await stateBelow(at("from")))
  })

  it("loses only its extended attributes without native calls", async () => {
    await makeTree(at("from"), generator(seed).random, isRoot)
    const whole = await packFrom(at("from"), "/.")
    const { bytes, told } = await packFrom(at("from"), "/.", { strategy: "walk" })
    const lost = expect.stringContaining("extended attributes could not be kept: operation not supported (ENOTSUP)")
    expect(told).toEqual([lost])
    const states = async () => (await stateBelow(at("to"))).map((state) => ({ ...state, attributes: [] }))
    const expected = (await stateBelow(at("from"))).map((state) => ({ ...state, attributes: [] }))
    expect(await unpackInto(at("to"), bytes)).toEqual([])
    expect(await states()).toEqual(expected)
    execFileSync("rm", ["-rf", at("to")])
    Fs.mkdirSync(at("to"))
    expect(await unpackInto(at("to"), whole.bytes, { strategy: "walk" })).toEqual([lost])
    expect(await states()).toEqual(expected)
  })
})

describe.skipIf(without(attributes, bsdtar))("with bsdtar", () => {
  const make = async (): Promise<void> => {
    Fs.mkdirSync(at("from/d"))
    // bsdtar does not escape names with % like GNU tar, and reads long names in pax only as UTF-8.
    for (const name of ["ü", "\udcff", `d/${"long".repeat(40)}`, "語"]) {
      const path = SurrogateEscape.encode(`${at("from")}/${name}`) ?? ""
      Fs.writeFileSync(Buffer.from(path), name)
      await set(`${at("from")}/${name}`, "user.bytes", Buffer.from([0, 255, 10, 61]))
      Fs.utimesSync(Buffer.from(path), 1, 1e9 + 0.25)
    }
    Fs.utimesSync(at("from/d"), 1, 1e9)
  }

  it("unpacks its archives with names and attributes", async () => {
    await make()
    const bytes = output("bsdtar", ["-c", "--format=gnutar", "-C", at("from"), "."])
    expect(await unpackInto(at("to"), bytes)).toEqual([])
    expect(pathsBelow(at("to")).map((path) => path.slice(at("to").length))).toEqual(
      pathsBelow(at("from")).map((path) => path.slice(at("from").length))
    )
    Fs.unlinkSync(Buffer.from(SurrogateEscape.encode(`${at("from")}/\udcff`) ?? ""))
    Fs.utimesSync(at("from"), 1, 1e9)
    Fs.rmSync(at("to"), { recursive: true })
    Fs.mkdirSync(at("to"))
    const pax = output("bsdtar", ["-c", "--format=pax", "--xattrs", "-C", at("from"), "."])
    expect(await unpackInto(at("to"), pax)).toEqual([])
    expect(await stateBelow(at("to"))).toEqual(await stateBelow(at("from")))
  })

  it("writes archives that it unpacks to the same tree", async () => {
    await make()
    const { bytes } = await packFrom(at("from"), "/.")
    output("bsdtar", ["-xp", "--xattrs", "-C", at("to")], bytes)
    expect(await stateBelow(at("to"))).toEqual(await stateBelow(at("from")))
  })
})

describe("the library tar-stream", () => {
  it("reads archives of the command, and the command reads its archives", async () => {
    Fs.writeFileSync(at(`from/${"ü".repeat(60)}`), "content")
    const { bytes } = await packFrom(at("from"), "/.")
    const names: Array<string> = []
    const reading = extract()
    reading.end(bytes)
    for await (const entry of reading) {
      names.push(entry.header.name)
      entry.resume()
    }
    expect(names).toEqual(["./", `./${"ü".repeat(60)}`])
    const writing = pack()
    writing.entry({ name: "語".repeat(50), pax: { mtime: "1000000000.123456789" } }, "content")
    writing.finalize()
    const parts: Array<Uint8Array> = []
    for await (const part of writing) parts.push(part as Uint8Array) // the library yields only bytes
    expect(await unpackInto(at("to"), Buffer.concat(parts))).toEqual([])
    expect(Fs.statSync(at(`to/${"語".repeat(50)}`), { bigint: true }).mtimeNs / 1_000n).toBe(1_000_000_000_123_456n)
  })
})

it.skipIf(without(tar, "koffi"))("times with more digits than the kernel keeps are those of tar", async () => {
  const times = ["-1.9999999999", "-0.0000000001", "-1.5", "1.9999999999", "1234567890.123456789"]
  const input = archive(...times.flatMap((mtime) => [extended(record("mtime", mtime)), file(`f${mtime}`)]))
  Fs.mkdirSync(at("tar"))
  execFileSync("tar", ["-x", "--warning=no-timestamp", "-C", at("tar")], { input })
  expect(await unpackInto(at("to"), input)).toEqual([])
  const found = (by: string) => times.map((name) => Fs.statSync(at(`${by}/f${name}`), { bigint: true }).mtimeNs)
  expect(found("to")).toEqual(found("tar"))
})

describe.skipIf(without(attributes, "root"))("capabilities", () => {
  it("are only kept together with the owner", async () => {
    Fs.writeFileSync(at("from/f"), "")
    await set(at("from/f"), "security.capability", Buffer.from(`0100000200200000${"00".repeat(12)}`, "hex"))
    await set(at("from/f"), "user.x", "x")
    const { bytes } = await packFrom(at("from"), "/f")
    expect(await unpackInto(at("to"), bytes, { owner: false })).toEqual([])
    expect(await attributesAt(at("to/f"))).toEqual(["user.x=x"])
    const { bytes: without } = await packFrom(at("from"), "/f", { owner: false })
    expect(await unpackInto(at("to"), without, { owner: true })).toEqual([])
    expect(await attributesAt(at("to/f"))).toEqual(["user.x=x"])
    expect(await unpackInto(at("to"), bytes, { owner: true })).toEqual([])
    expect((await attributesAt(at("to/f"))).length).toBe(2)
  })
})

describe.skipIf(without(attributes, tar, "root"))("labels of security modules", () => {
  it("are in archives, as those of GNU tar, but unpacked files do not get them", async () => {
    Fs.writeFileSync(at("from/f"), "")
    await set(at("from/f"), "security.selinux", "system_u:object_r:etc_t:s0")
    await set(at("from/f"), "user.x", "x")
    const { bytes } = await packFrom(at("from"), "/f")
    output("tar", ["-x", "--xattrs", "--xattrs-include=*", "-C", at("to")], bytes)
    expect(await attributesAt(at("to/f"))).toEqual(await attributesAt(at("from/f")))
    expect(await unpackInto(at("to"), bytes)).toEqual([])
    expect(await attributesAt(at("to/f"))).toEqual(["user.x=x"])
  })
})

describe("hostile extended headers", () => {
  const withRecords = (...records: ReadonlyArray<Buffer>) => archive(extended(...records), file("f"), file("good"))

  const lost = (why: string) => `copied f: extended attributes could not be kept: ${why}`

  it("lose attributes that no file system accepts, and report each reason once", async () => {
    const name = (text: string) => `SCHILY.xattr.${text}`
    const records = [
      record(name("user.huge"), Buffer.alloc(1 << 20)),
      record(name("user.huger"), Buffer.alloc(1 << 20)),
      record(name("none.such"), "x"),
      record(name("user.good"), "good")
    ]
    const told = await unpackInto(at("to"), archive(extended(...records), file("f"), extended(...records), file("g")))
    expect(told.length).toBeGreaterThan(0)
    expect(new Set(told).size).toBe(told.length)
    for (const line of told) {
      expect(line).toMatch(/^copied [fg]: extended attributes could not be kept: [a-z ]+ \(E[A-Z0-9]+\)$/)
    }
    expect(Fs.readFileSync(at("to/f"), "utf8")).toBe("good")
  })

  it("with thousands of attributes are read in bounded time", async () => {
    const records = Array.from({ length: 20_000 }, (_, i) => record(`SCHILY.xattr.user.${i}`, "x".repeat(20)))
    const told = await unpackInto(at("to"), withRecords(...records))
    expect(told.length).toBeLessThan(3)
    expect(Fs.readdirSync(at("to"))).toEqual(["f", "good"])
  })

  it("lose attributes whose names are not valid", async () => {
    for (const name of ["user.\0x", "user.", "\xff", "user.\xff", "=", "x".repeat(100_000)]) {
      const told = await unpackInto(at("to"), withRecords(record(`SCHILY.xattr.${name}`, "x")))
      expect(told.every((line) => line.startsWith(lost("")) && line.length < 200)).toBe(true)
      expect(Fs.readdirSync(at("to"))).toEqual(["f", "good"])
    }
  })

  it("lose trusted attributes unless root unpacks them", async () => {
    expect(await unpackInto(at("to"), withRecords(record("SCHILY.xattr.trusted.x", "x")))).toEqual(
      isRoot ? [] : [lost("operation not permitted (EPERM)")]
    )
  })

  it.each([
    ["is longer than its header", Buffer.from("99 path=x\n")],
    ["has no length", Buffer.from("path=x\n")],
    ["has the length 0", Buffer.from("0 path=x\n")],
    ["has no newline", Buffer.from("8 path=x")],
    ["has no value", Buffer.from("6 path\n")],
    ["has a length that is not a number", Buffer.from("1e1 path=x\n")]
  ])("end the archive if a record %s", async (_, broken) => {
    expect(await unpackInto(at("to"), archive(file("first"), extended(broken), file("f")))).toEqual([
      "The archive cannot be read any further: the header at byte 1024 of the archive is damaged."
    ])
    expect(Fs.readdirSync(at("to"))).toEqual(["first"])
  })

  it.each(["now", "nan"])("refuse a file, but not the next one, if its time is %s", async (time) => {
    const told = await unpackInto(at("to"), archive(extended(record("mtime", time)), file("f"), file("good")))
    expect(told).toEqual(["failed f: its time is not a valid number"])
    expect(Fs.readdirSync(at("to"))).toEqual(["good"])
  })

  it("end the archive if they are too long, alone or together", async () => {
    const part = record("comment", Buffer.alloc(1 << 20))
    const long = header("x", "PaxHeader", 2 ** 32)
    for (const bytes of [long, Buffer.concat(Array.from({ length: 5 }, () => extended(part)))]) {
      const told = await unpackInto(at("to"), archive(bytes, file("f")))
      expect(told).toEqual([expect.stringMatching(/^The archive cannot be read any further: the header at byte \d+ /)])
    }
    expect(Fs.readdirSync(at("to"))).toEqual([])
  })

  it("with .. in a path are refused, and with an empty path have no effect", async () => {
    const told = await unpackInto(
      at("to"),
      archive(extended(record("path", "\xff/../../x")), file("f"), extended(record("path", "")), file("good"))
    )
    expect(told).toEqual([expect.stringContaining("its name contains .., which could lead out of the destination")])
    expect(Fs.readdirSync(at("to"))).toEqual(["good"])
  })
})
