/** Roots in archives: the functions with promises and without, what is left open, and files that are not archives. */
import { openTarRoot, type TarRoot } from "@procfsroot/node/TarRoot"
import { archive } from "@procfsroot/testkit/archive"
import { conformance, rootOnDisk } from "@procfsroot/testkit/conformance"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Fs from "node:fs"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import { disk } from "./edition/edition.js"

const large = Buffer.alloc(300_000, "large")

const boxed = () => {
  const directory = temporary()
  const { path } = directory
  materialize(path, [
    { path: "/box/etc/motd", type: "file" },
    { path: "/box/var/run", type: "symlink", target: "/run" },
    { path: "/box/run/id", type: "file" }
  ])
  Fs.writeFileSync(`${path}/box/large`, large)
  const tar = archive(`${path}/box`, `${path}/tar`, "pax")
  return { path, tar, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

const using = async <A>(use: (root: TarRoot, box: ReturnType<typeof boxed>) => Promise<A>): Promise<void> => {
  using box = boxed()
  const before = await atRest()
  const root = await openTarRoot(box.tar)
  try {
    await use(root, box)
  } finally {
    await root.close()
  }
  expect(await settled(before)).toBe(before)
}

const codeOf = async (call: () => unknown): Promise<unknown> => {
  try {
    await call()
    return "no error"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // only system errors are expected
  }
}

describe("a root in an archive", () => {
  it("reads with promises", () =>
    using(async ({ path, promises, resolve, resolveAll, skipped }, box) => {
      expect([path, skipped]).toEqual([box.tar, []])
      expect(await promises.readFile("/var/run/id", "utf8")).toBe("content of /box/run/id\n")
      expect(await promises.readFile("large")).toEqual(large)
      expect((await promises.readdir("/", { recursive: true })).toSorted()).toEqual(
        ["etc", "etc/motd", "large", "run", "run/id", "var", "var/run"]
      )
      expect(await resolve("/var/run/id")).toBe("/run/id")
      expect(await resolveAll(["/var/run/id", "/nope", ""])).toMatchObject([
        { path: "/run/id" },
        { error: { code: "ENOENT" } },
        { error: { code: "ENOENT" } }
      ])
      await using file = await promises.open("/large")
      expect(file.fd).toBe(-1)
      const chunks = await file.createReadStream({ start: 299_990, autoClose: false }).toArray()
      expect(Buffer.concat(chunks)).toEqual(large.subarray(299_990))
      expect((await file.read(Buffer.alloc(7), 0, 7)).bytesRead).toBe(7)
      expect(await new Response(file.readableWebStream()).text()).toBe(large.subarray(7).toString())
      await file.close()
      expect(await codeOf(() => file.readableWebStream())).toBe("ERR_INVALID_STATE")
    }))

  it("is opened by a file URL", () =>
    using(async (_, { tar }) => {
      await using root = await openTarRoot(pathToFileURL(tar))
      expect(root.path).toBe(tar)
    }))

  it("answers without promises", () =>
    using(async ({ directorySync, sync }) => {
      expect(sync.statSync("/large").size).toBe(large.length)
      expect(sync.existsSync("/nope")).toBe(false)
      expect(sync.realpathSync("/var/run/id")).toBe("/run/id")
      expect(directorySync.lstat("/var/run").type).toBe("SymbolicLink")
      expect(await codeOf(() => sync.openSync("/large", "r"))).toBe("ENOTSUP")
      expect(await codeOf(() => directorySync.openFile("/large"))).toBe("ENOTSUP")
    }))

  it("refuses to change anything", () =>
    using(async ({ directory, promises, sync }) => {
      const calls: ReadonlyArray<() => unknown> = [
        () => promises.writeFile("/etc/motd", ""),
        () => promises.mkdir("/new"),
        () => promises.rm("/etc", { recursive: true }),
        () => promises.rename("/etc/motd", "/moved"),
        () => promises.cp("/etc", "/copy", { recursive: true }),
        () => promises.mkdtemp("/tmp-"),
        () => directory.writeFileAtomic("/etc/motd", ""),
        () => sync.chmodSync("/etc/motd", 0o600),
        () => sync.unlinkSync("/etc/motd")
      ]
      for (const call of calls) expect([String(call), await codeOf(call)]).toEqual([String(call), "EROFS"])
    }))

  it("opens directories as roots, which outlive it", () =>
    using(async (root, { tar }) => {
      await using inner = await root.subRoot("/var/run")
      const file = await inner.promises.open("id")
      expect(inner.path).toBe(`${tar}/run`)
      await expect(root.subRoot("/etc/motd")).rejects.toMatchObject({ code: "ENOTDIR" })
      await root.close()
      await expect(root.promises.stat("/etc")).rejects.toMatchObject({ code: "EBADF" })
      await expect(root.resolve("/etc")).rejects.toMatchObject({ cause: { _tag: "RootClosed" } })
      await expect(root.subRoot("/etc")).rejects.toMatchObject({ code: "EBADF" })
      expect(() => root.sync.statSync("/etc/motd")).toThrow(expect.objectContaining({ code: "EBADF" }))
      expect(await inner.promises.readFile("/id", "utf8")).toBe("content of /box/run/id\n")
      await inner.close()
      expect(await file.readFile("utf8")).toBe("content of /box/run/id\n")
      await file.close()
    }))

  it("is not opened from a file that is not an archive, or if it is aborted", async () => {
    using box = boxed()
    Fs.writeFileSync(`${box.path}/tar.gz`, gzipSync(Fs.readFileSync(box.tar)))
    const before = await atRest()
    await expect(openTarRoot(`${box.path}/tar.gz`)).rejects.toMatchObject({
      code: "EINVAL",
      syscall: "open",
      path: `${box.path}/tar.gz`,
      message: expect.stringContaining("compressed")
    })
    await expect(openTarRoot(`${box.path}/nope`)).rejects.toMatchObject({ code: "ENOENT" })
    await expect(openTarRoot(box.path)).rejects.toMatchObject({ code: "EISDIR" })
    const reason = new Error("enough")
    await expect(openTarRoot(box.tar, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const abort = new AbortController()
    const opening = openTarRoot(box.tar, { signal: abort.signal })
    abort.abort(reason)
    await expect(opening).rejects.toBe(reason)
    expect(await settled(before)).toBe(before)
  })
})

const directory = temporary()
afterAll(() => directory[Symbol.dispose]())
let archives = 0
conformance(
  "the table of cases over an archive",
  rootOnDisk((root) => disk.archive(archive(root, `${directory.path}/${++archives}`, "pax")))
)
