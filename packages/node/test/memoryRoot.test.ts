/** Roots in memory: trees and snapshots, users, the clock, and use without Node. */
import * as MemoryRoot from "@procfsroot/node/MemoryRoot"
import { forBrowser } from "@procfsroot/testkit/bundle"
import { inspect } from "node:util"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"

const { directory, file, hardLink, lazyFile, link, openMemoryRoot } = MemoryRoot

/** The errors of `createReadStream`, `createWriteStream` and `readLines` without Node. */
const withoutStreams = Array.from({ length: 3 }, () => "ERR_METHOD_NOT_IMPLEMENTED")

describe("a root in memory", () => {
  it("starts with a tree, and returns it as data", async () => {
    const tree = { "/a/f": file("x", { mode: 0o600 }), "/a/g": hardLink("/a/f"), "/l": link("a"), "/d": directory() }
    await using root = openMemoryRoot(tree, { now: () => 5_000 })
    expect(await root.resolve("/l/g")).toBe("/a/g")
    await root.promises.appendFile("/l/f", "y")
    expect(root.snapshot()).toMatchObject({
      "/a/f": file("xy", { mode: 0o600, mtime: new Date(5_000) }),
      "/a/g": hardLink("/a/f"),
      "/l": link("a")
    })
    expect(root.snapshot()).toEqual(openMemoryRoot(root.snapshot()).snapshot())
    expect(await root.resolveAll(["/l", "/none"])).toMatchObject([{ path: "/a" }, { error: { code: "ENOENT" } }])
    expect((await root.explain("/l/..")).hops).toHaveLength(1)
  })

  it("shares no memory with the Buffers that it was given", async () => {
    const given = Buffer.from("0123456789")
    const tree = { "/f": given, "/lazy": lazyFile(given.length, () => given) }
    await using root = openMemoryRoot(tree)
    await using other = openMemoryRoot(tree)
    await using later = openMemoryRoot(root.snapshot())
    await root.directory.setExtendedAttribute("/f", "user.x", given)
    for (const path of ["/f", "/lazy"]) {
      await using file = await root.promises.open(path, "r+")
      await file.write("xx")
      expect(await root.promises.readFile(path, "utf8")).toBe("xx23456789")
      expect(await other.promises.readFile(path, "utf8")).toBe("0123456789")
      expect(await later.promises.readFile(path, "utf8")).toBe("0123456789")
    }
    expect(given.toString()).toBe("0123456789")
    given.fill("y")
    expect(await other.promises.readFile("/f", "utf8")).toBe("0123456789")
    const attribute = await root.directory.getExtendedAttribute("/f", "user.x")
    expect(attribute && Buffer.from(attribute).toString()).toBe("0123456789")
    attribute?.fill(0)
    expect(await root.directory.getExtendedAttribute("/f", "user.x")).not.toEqual(attribute)
  })

  it("has snapshots that are printed before anything has read them", () => {
    const printed = inspect(openMemoryRoot({ "/l": link("a") }).snapshot())
    expect(printed).toBe(inspect({ ...openMemoryRoot({ "/l": link("a") }).snapshot() }))
    expect(printed).toContain("target: 'a'")
  })

  it("supports permissions, protection and read-only trees", async () => {
    const tree = {
      "/tmp": directory({ mode: 0o1777 }),
      "/tmp/l": link("/f", { uid: 7, gid: 7 }),
      "/f": file("", { mode: 0o600 })
    }
    const user = { uid: 1_000, gid: 1_000 }
    await using root = openMemoryRoot(tree, { user, protected: { symlinks: 1 } })
    await expect(root.promises.readFile("/f")).rejects.toMatchObject({ code: "EACCES" })
    await root.promises.writeFile("/tmp/own", "")
    await using own = await root.promises.open("/tmp/own")
    await expect(own.chown(7, -1)).rejects.toMatchObject({ code: "EPERM", syscall: "fchown" })
    await expect(root.promises.stat("/tmp/l")).rejects.toMatchObject({
      code: "EACCES",
      cause: { _tag: "AccessDenied" }
    })
    await using frozen = openMemoryRoot(tree, { readOnly: true })
    await expect(frozen.promises.chmod("/f", 0)).rejects.toMatchObject({ code: "EROFS" })
  })

  it("closes like a root on a disk", async () => {
    const root = openMemoryRoot({ "/f": "x" })
    const open = await root.promises.open("/f")
    expect(open.fd).toBe(3)
    await root.close()
    await expect(root.promises.readFile("/f")).rejects.toMatchObject({ code: "EBADF", cause: { _tag: "RootClosed" } })
    await expect(root.resolve("/f")).rejects.toMatchObject({ code: "EBADF" })
    expect(await open.readFile("utf8")).toBe("x")
    await open.close()
    expect(open.fd).toBe(-1)
  })

  it("refuses an impossible tree", () => {
    expect(() => openMemoryRoot({ "/f": "", "/f/g": "" })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE", message: expect.stringContaining("\"/f/g\"") })
    )
  })

  it("works in a browser, without Node", async () => {
    const script = await forBrowser(new URL("./programs/memoryInBrowser.ts", import.meta.url))
    const ofBrowsers = { TextEncoder, TextDecoder, URL, setTimeout, clearTimeout, queueMicrotask, AbortController }
    // Bundlers for browsers add a `process` with fewer members.
    for (const globals of [ofBrowsers, { ...ofBrowsers, process: { env: {} } }]) {
      const answer = await runInNewContext(`${script}; bundle.answer`, { ...globals, ReadableStream })
      expect(answer.split(" ")).toEqual(["hello", "2", "ENOENT", "/a", "5", ...withoutStreams])
    }
  })

  it("can be the root of a fake process, even in a browser", async () => {
    const script = await forBrowser(new URL("./programs/processesInBrowser.ts", import.meta.url))
    const globals = { TextEncoder, TextDecoder, URL, setTimeout, clearTimeout, queueMicrotask, AbortController }
    expect(await runInNewContext(`${script}; bundle.answer`, globals)).toBe("nginx: web, ESRCH")
  })
})

it("a root inside a root in memory has the same tree", async () => {
  await using root = openMemoryRoot({ "/d/f": "x" }, { now: () => 5_000 })
  await using inner = await root.subRoot("/d")
  await inner.promises.writeFile("/g", "y")
  expect(root.snapshot()).toMatchObject({ "/d/g": { content: "y", mtime: new Date(5_000) } })
  expect(inner.snapshot()).toMatchObject({ "/f": { content: "x" }, "/g": { content: "y" } })
  expect(inner.path).toBe("/d")
})
