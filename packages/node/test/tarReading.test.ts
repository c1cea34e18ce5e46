/** What an open archive uses: one descriptor and memory for the index, but none for contents. */
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Tar from "@procfsroot/node/Tar"
import * as Program from "@procfsroot/vfs/Program"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { appendFileSync, truncateSync } from "node:fs"
import { expect, it } from "vitest"
import { directory, end, entry, file, link, names, opened, pax, text, written } from "./archive.js"

/** A matcher, with the type of an error. */
const EBADF: Error = expect.objectContaining({ code: "EBADF" })

it("has one descriptor, no matter how much is read", async () => {
  const before = await atRest()
  using archive = written(...Array.from({ length: 300 }, (_, i) => file(`d${i % 7}/${i}`, `${i}`)), end)
  const at = await opened(archive.path)
  expect(await settled(before + 1)).toBe(before + 1)
  const { fileSystem } = at
  const files = Array.from({ length: 300 }, (_, i) => Program.valueOf(fileSystem.open(`/d${i % 7}/${i}`, "r", 0)))
  expect(await settled(before + 1)).toBe(before + 1)
  const read = await Promise.all(files.map((file) => Program.runPromise(file.readAlloc(9))))
  expect(read.map((bytes) => Buffer.from(bytes).toString())).toEqual(files.map((_, i) => `${i}`))
  for (const file of files) await Program.runPromise(file.close())
  expect((await names(at)).length).toBe(307)
  at.close()
  expect(await settled(before)).toBe(before)
})

it("fails with EBADF after it is closed, and stays open while a file or another handle uses it", async () => {
  const before = await atRest()
  using archive = written(directory("d"), file("d/f", "content"), end)
  const at = await opened(archive.path)
  const other = at.retain()
  const open = Program.valueOf(at.fileSystem.open("/d/f", "r", 0))
  at.close()
  at.close()
  expect(at.isOpen).toBe(false)
  const { fileSystem } = at
  for (
    const call of [
      () => fileSystem.stat("/"),
      () => fileSystem.open("/d/f", "r", 0),
      () => fileSystem.mkdir("/d", 0o755),
      () => fileSystem.realPath("/"),
      () => at.retain()
    ]
  ) expect(call).toThrow(EBADF)
  await expect(names(at)).rejects.toEqual(EBADF)
  await expect(text(at, "/d/f")).rejects.toEqual(EBADF)
  expect(Walk.run(at.root, "/d", at.lookup, Policy.make())).toMatchObject({ reason: { _tag: "Fault", cause: EBADF } })

  expect(await text(other, "/d/f")).toBe("content")
  other.close()
  expect(await settled(before + 1)).toBe(before + 1)
  expect(Buffer.from(await Program.runPromise(open.readAlloc(4))).toString()).toBe("cont")
  expect(await Program.runPromise(open.stat())).toMatchObject({ size: 7 })
  await Program.runPromise(open.close())
  expect(await settled(before)).toBe(before)
  await expect(Program.runPromise(open.readAlloc(4))).rejects.toEqual(EBADF)
})

it("leaves nothing open when opening it fails or is aborted", async () => {
  const before = await atRest()
  using archive = written(...Array.from({ length: 2_000 }, (_, i) => file(`f${i}`, "x".repeat(3_000))), end)
  const reason = new Error("enough")
  for (const wait of [0, 1, 2, 4]) {
    const controller = new AbortController()
    const opening = Program.runPromise(Tar.open(archive.path), controller.signal)
    setTimeout(() => controller.abort(reason), wait)
    await opening.then((at) => at.close(), (error) => expect(error).toBe(reason))
  }
  await expect(Program.runPromise(Tar.open(archive.path), AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(await settled(before)).toBe(before)
  truncateSync(archive.path, 700_001)
  await expect(opened(archive.path)).rejects.toMatchObject({ reason: expect.stringContaining("truncated") })
  expect(await settled(before)).toBe(before)
})

it("makes no call for more than a call can read", async () => {
  const size = 2 ** 31
  using archive = written(entry({ name: "f", raw: { 124: Buffer.from(`${size.toString(8)}\0`) } }))
  truncateSync(archive.path, 512 + size)
  const at = await opened(archive.path)
  const open = Program.valueOf(at.fileSystem.open("/f", "r", 0))
  // So that nothing is read: that would take a while.
  truncateSync(archive.path, 512)
  await expect(Program.runPromise(open.read(new Uint8Array(size)))).rejects.toMatchObject({ code: "EIO" })
  await Program.runPromise(open.close())
  at.close()
})

it("keeps no content in memory: three files of 2 GiB are read with little memory", async () => {
  const size = 2 ** 31
  using archive = written()
  for (const [i, name] of ["one", "two", "three"].entries()) {
    const large = entry({ name, raw: { 124: Buffer.from(`${size.toString(8)}\0`) } })
    truncateSync(archive.path, i * (size + 512))
    appendFileSync(archive.path, large)
  }
  truncateSync(archive.path, 3 * (size + 512) - 1)
  appendFileSync(archive.path, "!")
  const before = process.memoryUsage().rss
  const at = await opened(archive.path)
  expect(at.fileSystem.stat("/two").size).toBe(size)
  const open = Program.valueOf(at.fileSystem.open("/three", "r", 0))
  await Program.runPromise(open.seek(size - 5, "start"))
  expect(Buffer.from(await Program.runPromise(open.readAlloc(100))).toString()).toBe("\0\0\0\0!")
  await expect(text(at, "/one")).rejects.toMatchObject({ code: "EFBIG" })
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  await Program.runPromise(open.close())
  at.close()
})

it("keeps a long target in memory once if one extended header sets it for all links", async () => {
  const links = Array.from({ length: 40_000 }, (_, i) => link(`${i}`, "short"))
  using archive = written(pax({ linkpath: "語".repeat(1_300) }, "g"), ...links, end)
  const before = process.memoryUsage().heapUsed
  const at = await opened(archive.path)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50 * 2 ** 20)
  expect(at.fileSystem.readLink("/39999")).toBe("語".repeat(1_300))
  at.close()
})

it("can be walked", async () => {
  using archive = written(directory("usr/lib"), link("lib", "usr/lib"), file("usr/lib/so"), end)
  const at = await opened(archive.path)
  const outcome = Walk.run(at.root, "/lib/so", at.lookup, Policy.make())
  expect(outcome._tag === "Resolved" && Walk.toPath(outcome)).toBe("/usr/lib/so")
  at.close()
})

it("reports nothing to a watch, which runs until it is aborted", async () => {
  using archive = written(file("d/f"), end)
  const at = await opened(archive.path)
  const controller = new AbortController()
  const watching = Program.runPromise(at.fileSystem.watch("/d", true, () => true), controller.signal)
  setTimeout(() => controller.abort("enough"), 20)
  await expect(watching).rejects.toBe("enough")
  at.close()
})
