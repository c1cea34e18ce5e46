/** Times, and the numbers of users and groups, as GNU tar reads them. */
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { statSync } from "node:fs"
import { expect, it } from "vitest"
import { end, entry, file, names, pax, using as over, written } from "./archive.js"

/** What tar makes of an entry with the name `f`. It also fails if it only complains of a record. */
const extracted = (parts: ReadonlyArray<Buffer>) => {
  using archive = written(...parts, end)
  using box = temporary()
  const { status } = spawnSync("tar", ["-xpf", archive.path, "-C", box.path])
  return { status, exact: statSync(`${box.path}/f`, { bigint: true }), rounded: statSync(`${box.path}/f`) }
}

it.each([
  "0",
  "1.",
  "1.5",
  "1.123456789",
  "1.9999999999",
  "1234567890.123456789",
  "1234567890.000000001",
  "4102444799.999999999",
  "-1",
  "-1.5",
  "-0.5",
  "-0",
  "-0.000000001",
  "-0.0000000001",
  "-1.0000000000",
  "-1.9999999999",
  "-1.1234567890",
  "-1234567.123456789"
])("the time %s is that of tar, to the nanosecond", async (mtime) => {
  const parts = [pax({ mtime }), file("f")]
  const { exact, rounded } = extracted(parts)
  await over(parts, ({ fileSystem }) => {
    const found = fileSystem.rootDirectory.stat("f")
    expect(found).toMatchObject({ mtimeNs: exact.mtimeNs, atimeNs: exact.mtimeNs })
    expect(fileSystem.stat("f").mtimeMs).toBe(rounded.mtimeMs)
  })
})

it.each([
  ["1e-05", 10_000n],
  ["1e30", 8_640_000_000_000_000_000_000n],
  ["999999999999999999999", 8_640_000_000_000_000_000_000n],
  ["-1e-10", -1n]
])("the time %s, which tar does not read, is as close as possible", async (mtime, ns) => {
  await over([pax({ mtime, atime: "7.000000001" }), file("f")], ({ fileSystem }) => {
    expect(fileSystem.rootDirectory.stat("f")).toMatchObject({ mtimeNs: ns, atimeNs: 7_000_000_001n })
  })
})

it("a time in base 256 that no Date has is as close as possible", async () => {
  const raw = (hex: string) => ({ 136: Buffer.from(hex, "hex") })
  const parts = [
    entry({ name: "late", raw: raw("804000000000000000000000") }),
    entry({ name: "early", raw: raw("ff0000000000000000000000") })
  ]
  await over(parts, ({ fileSystem }) => {
    expect(["late", "early"].map((name) => fileSystem.stat(name).mtimeMs)).toEqual([8.64e15, -8.64e15])
  })
})

it.each(["0", "7", "2097152", "4294967294"])("the user %s is that of tar", async (uid) => {
  const parts = [pax({ uid, gid: uid }), file("f")]
  const { exact, status } = extracted(parts)
  expect(status).toBe(0)
  await over(parts, ({ fileSystem }) => {
    expect(fileSystem.stat("f")).toMatchObject(
      process.geteuid?.() === 0 ? { uid: Number(exact.uid), gid: Number(exact.gid) } : { uid: Number(uid) }
    )
  })
})

const fields = ["8000000100000000", "8020000000000001", "ffffffffffffffff"].map((hex) =>
  [
    `the field ${hex}`,
    [entry({ name: "f", raw: { 108: Buffer.from(hex, "hex") } })],
    [entry({ name: "f", raw: { 116: Buffer.from(hex, "hex") } })]
  ] as const
)
/** What JavaScript takes for numbers, and tar does not. */
const unusual = ["0x200", "0b10", "0o17", "5e2", "512.0", "+512", " 512", "512 "]
const ids = ["4294967296", "9007199254740993", "18446744073709551616", "-1", "1.5", "abc", ...unusual]
const records = ids.map((id) =>
  [
    `the record ${id}`,
    [pax({ uid: id }), file("f")],
    [pax({ gid: id }), file("f")]
  ] as const
)

it.each([...fields, ...records])(
  "a file is skipped if its user or group is %s, of which tar complains, and others are not",
  async (_, ...both) => {
    for (const parts of both) {
      expect(extracted([...parts, file("next")]).status).toBe(2)
      await over([...parts, file("next")], async (archive) => {
        expect(await names(archive)).toEqual(["next"])
        expect(archive.skipped).toEqual([{ path: "f", why: "its owner is not a valid number" }])
      })
    }
  }
)

it.each(
  [
    ["the field octal?", [entry({ name: "f", raw: { 136: Buffer.from("octal?") } })]],
    ...["now", "nan", "-inf", "1.2.3", "0x10", "0b10", " 5", "+5", ".5"].map((time) =>
      [`the record ${time}`, [pax({ mtime: time }), file("f")]] as const
    ),
    ["the access time now", [pax({ atime: "now" }), file("f")]]
  ] as const
)("a file is skipped if its time is %s, of which tar complains, and others are not", async (_, parts) => {
  expect(extracted([...parts, file("next")]).status).toBe(2)
  await over([...parts, file("next")], async (archive) => {
    expect(await names(archive)).toEqual(["next"])
    expect(archive.skipped).toEqual([{ path: "f", why: "its time is not a valid number" }])
  })
})

it.each(unusual)("an archive is damaged where the size of a file is %j, of which tar complains", async (size) => {
  const parts = [pax({ size }), file("f")]
  using archive = written(...parts, end)
  expect(spawnSync("tar", ["-tf", archive.path]).status).toBe(2)
  await expect(over(parts, () => undefined)).rejects.toThrow("the header at byte 1024 of the archive is damaged")
})

it("a file is skipped if its user is the number that changes nothing", async () => {
  await over([pax({ uid: "4294967295" }), file("f"), file("next")], async (archive) => {
    expect(await names(archive)).toEqual(["next"])
  })
})
