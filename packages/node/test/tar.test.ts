/** The contents of archives, well-formed and hostile ones. */
import * as TarIndex from "@procfsroot/node/TarIndex"
import { typeOf } from "@procfsroot/vfs/Attributes"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { execFileSync } from "node:child_process"
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { describe, expect, it } from "vitest"
import { directory, end, entry, file, link, names, opened, pax, text, using as over, written } from "./archive.js"

const tar = (...args: ReadonlyArray<string>) => execFileSync("tar", args)

describe.each(["v7", "ustar", "pax", "gnu"])("an archive of tar in the format %s", (format) => {
  it("is read with contents, attributes and names", async () => {
    using box = temporary()
    using other = temporary()
    const at = (path: string) => `${box.path}/${path}`
    mkdirSync(at("etc/deep"), { recursive: true, mode: 0o750 })
    writeFileSync(at("etc/motd"), "hello", { mode: 0o640 })
    utimesSync(at("etc/motd"), 1_234_567_890, 1_234_567_890)
    linkSync(at("etc/motd"), at("etc/deep/again"))
    symlinkSync("/etc/motd", at("link"))
    const bytes = Buffer.from("caf\xe9", "latin1")
    writeFileSync(Buffer.concat([Buffer.from(`${box.path}/`), bytes]), "latin")
    writeFileSync(at("café"), "utf-8")
    tar(`--format=${format}`, "-cf", `${other.path}/tar`, "-C", box.path, ".")
    const archive = await opened(`${other.path}/tar`)
    const { fileSystem } = archive
    expect(archive.skipped).toEqual([])
    expect((await names(archive)).toSorted()).toEqual(
      ["caf\udce9", "café", "etc", "etc/deep", "etc/deep/again", "etc/motd", "link"].toSorted()
    )
    expect(await text(archive, "/link")).toBe("hello")
    expect(await text(archive, "/caf\udce9")).toBe("latin")
    const stat = fileSystem.stat("/etc/motd")
    expect(stat).toMatchObject({ mode: 0o100640, nlink: 2, size: 5, mtimeMs: 1_234_567_890_000 })
    expect(fileSystem.stat("/etc/deep/again")).toEqual(stat)
    expect(fileSystem.readLink("/link")).toBe("/etc/motd")
    archive.close()
  })
})

describe.each(["pax", "gnu"])("long names in the format %s", (format) => {
  it("are read, and so are long targets", async () => {
    using box = temporary()
    using other = temporary()
    const long = `${"d".repeat(200)}/${"f".repeat(255)}`
    mkdirSync(`${box.path}/${"d".repeat(200)}`)
    writeFileSync(`${box.path}/${long}`, "far")
    symlinkSync(long, `${box.path}/link`)
    linkSync(`${box.path}/${long}`, `${box.path}/${"d".repeat(200)}/second`)
    tar(`--format=${format}`, "-cf", `${other.path}/tar`, "-C", box.path, ".")
    const archive = await opened(`${other.path}/tar`)
    expect(await text(archive, "/link")).toBe("far")
    expect(archive.fileSystem.stat(`/${long}`).nlink).toBe(2)
    archive.close()
  })
})

it("reads numbers that are too large for octal digits", async () => {
  const big = Buffer.from("800000000000000000200000", "hex")
  const negative = Buffer.from("ffffffffffffffffffffffff", "hex")
  const parts = [
    entry({ name: "owned", raw: { 108: Buffer.from("8000000000200000", "hex"), 136: negative } }),
    pax({ uid: "3000000000", mtime: "1.25", atime: "-2.5" }),
    file("told")
  ]
  await over(parts, ({ fileSystem }) => {
    expect(fileSystem.stat("/owned")).toMatchObject({ uid: 2 ** 21, mtimeMs: -1000 })
    expect(fileSystem.stat("/told")).toMatchObject({ uid: 3_000_000_000, mtimeMs: 1250, atimeMs: -2500 })
  })
  using archive = written(entry({ name: "big", raw: { 124: big } }), end)
  await expect(opened(archive.path)).rejects.toMatchObject({
    code: "EINVAL",
    reason: expect.stringContaining("truncated")
  })
})

it("reads digits up to a space, and finds directories by a slash after the name of any file, like GNU tar", async () => {
  const parts = [
    entry({ name: "odd", content: "hello", raw: { 100: Buffer.from("640 755\0"), 124: Buffer.from("5 7777777777") } }),
    entry({ name: "directory/", type: "7", mode: 0o750 }),
    file("directory/last", "last")
  ]
  using archive = written(...parts, end)
  using box = temporary()
  tar("-xpf", archive.path, "-C", box.path)
  await over(parts, (found) => {
    expect(found.skipped).toEqual([])
    for (const name of ["odd", "directory", "directory/last"]) {
      const { mode, nlink } = statSync(`${box.path}/${name}`)
      expect(found.fileSystem.stat(name)).toMatchObject({ mode, nlink })
    }
    expect(found.fileSystem.stat("odd").size).toBe(statSync(`${box.path}/odd`).size)
  })
})

it("reads pax records for all following entries, for the next entry, and records that cancel others", async () => {
  const parts = [
    pax({ uid: "7", mtime: "5" }, "g"),
    file("all"),
    pax({ uid: "8", path: "next/caf\u00e9" }),
    file("ignored", "content"),
    pax({ mtime: "" }),
    file("back")
  ]
  await over(parts, async (archive) => {
    const { fileSystem } = archive
    expect(await names(archive)).toEqual(["all", "back", "next", "next/café"])
    expect(fileSystem.stat("/all")).toMatchObject({ uid: 7, mtimeMs: 5000 })
    expect(fileSystem.stat("/next/café")).toMatchObject({ uid: 8, mtimeMs: 5000 })
    expect(fileSystem.stat("/back")).toMatchObject({ uid: 7, mtimeMs: 1_000_000_000_000 })
    expect(await text(archive, "/next/café")).toBe("content")
  })
})

it("reads entries of every type", async () => {
  const device = { 329: Buffer.from("0000010\0"), 337: Buffer.from("0000403\0") }
  const parts = [
    entry({ name: "old/", magic: "", content: "" }),
    entry({ name: "long", prefix: "in/a/prefix", content: "x" }),
    entry({
      name: "star",
      prefix: "p".repeat(131),
      raw: { 476: Buffer.from("07346545000"), 508: Buffer.from("tar\0") }
    }),
    entry({ name: "contiguous", type: "7", content: "c" }),
    entry({ name: "unknown", type: "Z", content: "u" }),
    entry({ name: "dump", type: "D", content: "Yname\0\0" }),
    entry({ name: "fifo", type: "6" }),
    entry({ name: "char", type: "3", raw: device }),
    entry({ name: "block", type: "4", raw: device }),
    entry({ name: "label", type: "V" }),
    entry({ name: "nul", type: "\0", content: "n" })
  ]
  await over(parts, async (archive) => {
    const { fileSystem } = archive
    expect(archive.skipped).toEqual([])
    const kinds = (await names(archive)).map((name) => `${name} ${typeOf(fileSystem.stat(name))}`)
    expect(kinds).toEqual([
      "block BlockDevice",
      "char CharacterDevice",
      "contiguous File",
      "dump Directory",
      "fifo FIFO",
      "in Directory",
      "in/a Directory",
      "in/a/prefix Directory",
      "in/a/prefix/long File",
      "nul File",
      "old Directory",
      `${"p".repeat(131)} Directory`,
      `${"p".repeat(131)}/star File`,
      "unknown File"
    ])
    expect(fileSystem.stat("/in/a")).toMatchObject({ mode: 0o040755, uid: 0, mtimeMs: 0 })
    expect(["/char", "/block"].map((path) => fileSystem.stat(path).rdev)).toEqual([0x100803, 0x100803])
    expect(await text(archive, "/nul") + await text(archive, "/unknown") + await text(archive, "/fifo")).toBe("nu")
    for (
      const [path, flag, code] of [
        ["/char", "r", "EACCES"],
        ["/block", "w", "EACCES"],
        ["/fifo", "w", "ENXIO"],
        ["/nul", "r+", "EROFS"]
      ] as const
    ) {
      expect(() => fileSystem.open(path, flag, 0o644)).toThrow(expect.objectContaining({ code, syscall: "open" }))
    }
    expect(() => fileSystem.access("/fifo", { readable: true, writable: true })).not.toThrow()
    expect(() => fileSystem.access("/nul", { readable: true, writable: true })).toThrow(
      expect.objectContaining({ code: "EROFS" })
    )
  })
})

it("accepts checksums of signed bytes, and ignores the size of entries without content", async () => {
  const size = { 124: Buffer.from("00000002000\0") }
  const parts = [
    entry({ name: "\u00e9\u007f", signed: true }),
    ...["1", "2", "3", "4", "5", "6"].map((type) =>
      entry({ name: `type${type}`, type, link: "\u00e9\u007f", raw: size })
    ),
    file("last")
  ]
  await over(parts, async (archive) => {
    expect(archive.skipped).toEqual([])
    expect(await names(archive)).toEqual(["last", "type1", "type2", "type3", "type4", "type5", "type6", "\u00e9\u007f"])
  })
})

it("sparse files are skipped together with their maps", async () => {
  using box = temporary()
  const fd = openSync(`${box.path}/sparse`, "w")
  for (let i = 0; i < 40; i++) writeSync(fd, "data", i * 65_536)
  closeSync(fd)
  writeFileSync(`${box.path}/zzz`, "after")
  for (const format of ["--format=gnu", "--format=pax"]) {
    tar("--sparse", format, "-cf", `${box.path}/tar`, "-C", box.path, "sparse", "zzz")
    const archive = await opened(`${box.path}/tar`)
    expect(archive.skipped.map(({ path }) => path)).toEqual(["sparse"])
    expect(await text(archive, "/zzz")).toBe("after")
    archive.close()
  }
})

describe("a file that is not a valid archive", () => {
  const reasonOf = async (path: string): Promise<string> =>
    opened(path).then((archive) => {
      archive.close()
      return "it is one"
    }, ({ _tag, code, reason }) => `${_tag} ${code}: ${reason}`)

  it("is refused with the reason", async () => {
    using box = temporary()
    const path = `${box.path}/file`
    const reasons: Array<string> = []
    for (
      const bytes of [
        Buffer.from("1f8b0800", "hex"),
        Buffer.from("28b52ffd", "hex"),
        Buffer.from("fd377a585a00", "hex"),
        Buffer.from("BZh9"),
        Buffer.from("text\n".repeat(200)),
        Buffer.from("Beginning like bzip2"),
        Buffer.alloc(0),
        Buffer.concat([Buffer.alloc(1024), Buffer.alloc(1024, 1)]),
        Buffer.alloc(10_240),
        Buffer.concat([file("f"), Buffer.alloc(512, 1)]),
        Buffer.concat([entry({ name: "x", type: "x", content: "99 path=a\n" }), file("f")]),
        Buffer.concat([entry({ name: "x", type: "x", raw: { 124: Buffer.from("77777777777\0") } }), file("f")]),
        Buffer.concat([entry({ name: "x", type: "x", raw: { 124: Buffer.from("f".repeat(24), "hex") } }), file("f")]),
        entry({ name: "f", raw: { 124: Buffer.from("f".repeat(24), "hex") } }),
        entry({ name: "f", raw: { 100: Buffer.from("octal?") } })
      ]
    ) {
      writeFileSync(path, bytes)
      reasons.push(await reasonOf(path))
    }
    const damaged = (at: number) => `Unavailable EINVAL: the header at byte ${at} of the archive is damaged`
    const compressed = (name: string) =>
      `Unavailable EINVAL: it is compressed with ${name}; decompress it first, since its files are read at their offsets`
    expect(reasons).toEqual([
      ...["gzip", "zstd", "xz", "bzip2"].map(compressed),
      "Unavailable EINVAL: it is not a tar archive",
      "Unavailable EINVAL: it is not a tar archive",
      "Unavailable EINVAL: it is empty, and not a tar archive",
      "Unavailable EINVAL: it is not a tar archive",
      "it is one",
      damaged(512),
      damaged(0),
      damaged(0),
      damaged(0),
      damaged(0),
      damaged(0)
    ])
    expect(await reasonOf(box.path)).toMatch(/^Unavailable EISDIR/)
    expect(await reasonOf("/dev/null")).toMatch(/^Unavailable EINVAL: it is not a regular file/)
    expect(await reasonOf(`${box.path}/none`)).toBe("Unavailable ENOENT: undefined")
    expect(await reasonOf("/no\0where")).toMatch(/^Unavailable EINVAL/)
  })

  it("is refused if it was truncated, wherever this can be detected", async () => {
    using archive = written(file("a", "a"), pax({ path: "b" }), file("ignored", "b".repeat(600)), end)
    const whole = readFileSync(archive.path)
    for (let length = 1; length < whole.length; length++) {
      // Others take too long.
      if (length % 13 > 0 && Math.abs(length - 512 * Math.round(length / 512)) > 2) continue
      writeFileSync(archive.path, whole.subarray(0, length))
      // Truncated after the content of a file: this could be the whole archive.
      const isPlausible = (length > 512 && length <= 1024) || (length >= 2560 + 600 && length <= 3584) || length >= 4096
      const expected = length < 512 ? /it is not a tar archive$/ : isPlausible ? /^it is one$/ : /it is truncated$/
      expect([length, await reasonOf(archive.path)]).toEqual([length, expect.stringMatching(expected)])
    }
  })

  it("is refused if it was truncated in the map of a sparse file", async () => {
    const sparse = entry({ name: "f", type: "S", raw: { 482: Buffer.from([1]) } })
    using truncated = written(sparse)
    expect(await reasonOf(truncated.path)).toMatch(/it is truncated$/)
    using whole = written(sparse, Buffer.alloc(512))
    expect(await reasonOf(whole.path)).toBe("it is one")
  })

  it("is refused if it contains too many files", async () => {
    using archive = written(file("a/b/c"), end)
    await expect(opened(archive.path, { maxInodes: 3 })).rejects.toMatchObject({
      reason: expect.stringContaining("more than 3 files")
    })
    const all = await opened(archive.path, { maxInodes: 4 })
    all.close()
    // Skipped entries count as well.
    using skipping = written(file("f"), file("f/a"), file("f/b"), end)
    await expect(opened(skipping.path, { maxInodes: 4 })).rejects.toMatchObject({ code: "EINVAL" })
  })

  it.each([NaN, -1, 1.5])("is not opened if it may contain %s files", async (maxInodes) => {
    const message = `maxInodes must be a whole number of at least 0, not ${maxInodes}`
    await expect(opened("/none", { maxInodes })).rejects.toThrow(new RangeError(message))
    expect(() => TarIndex.make(maxInodes)).toThrow(new RangeError(message))
  })

  it("is refused if it needs too many lookups, but not if its directories are deep", async () => {
    const links = Array.from(
      { length: 39 },
      (_, i) => [pax({ linkpath: `${"a/../".repeat(800)}l${i + 1}` }), link(`l${i}`, "")]
    ).flat()
    const through = [directory("a"), ...links, directory("l39"), pax({ path: "l0/f" }, "g")]
    using archive = written(...through, ...Array.from({ length: 100 }, () => file("")), end)
    await expect(opened(archive.path, { maxInodes: 1_000 })).rejects.toMatchObject({
      reason: "the names in it lead through too many directories and links"
    })
    const deep = "d/".repeat(1_000)
    using legitimate = written(
      ...Array.from({ length: 500 }, (_, i) => [pax({ path: `${deep}${i}` }), file("")]).flat(),
      end
    )
    const all = await opened(legitimate.path, { maxInodes: 1_501 })
    expect(all.skipped).toEqual([])
    all.close()
  })
})

it("the attributes of an open file cannot be changed", async () => {
  using archive = written(file("f", "x"), end)
  const at = await opened(archive.path)
  const open = Program.valueOf(at.fileSystem.open("/f", "r", 0))
  for (const change of [open.chmod(0o600), open.chown(0, 0), open.utimes(1, 1)]) {
    await expect(Program.runPromise(change)).rejects.toMatchObject({ code: "EROFS" })
  }
  await Program.runPromise(open.close())
  at.close()
})

it("a file of an archive that became shorter fails with EIO instead of ending early", async () => {
  using archive = written(file("f", "x".repeat(2_000)), end)
  const at = await opened(archive.path)
  truncateSync(archive.path, 1_512)
  const open = Program.valueOf(at.fileSystem.open("/f", "r", 0))
  const buffer = new Uint8Array(4_000)
  expect(await Program.runPromise(open.read(buffer))).toBe(1_000)
  await expect(Program.runPromise(open.read(buffer))).rejects.toMatchObject({ code: "EIO", syscall: "read" })
  await Program.runPromise(open.close())
  at.close()
})
