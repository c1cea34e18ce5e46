/** Tests directories that remove themselves, which Node has since version 24. */
import { openMemoryRoot, openRoot } from "@procfsroot/node"
import { temporary } from "@procfsroot/testkit/temporary"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

const onDisk = async (options: Parameters<typeof openRoot>[1]) => {
  const directory = temporary()
  const root = await openRoot(directory.path, options)
  await root.promises.mkdir("/tmp")
  return { root, [Symbol.asyncDispose]: () => root.close().finally(() => directory[Symbol.dispose]()) }
}

const inMemory = async () => ({ root: openMemoryRoot({}), [Symbol.asyncDispose]: () => Promise.resolve() })

describe.each(
  [
    ["on a disk", () => onDisk({})],
    ["on a disk, by the walk", () => onDisk({ strategy: "walk" })],
    ["on a disk, off the main thread", () => onDisk({ offMainThread: true })],
    ["in memory", inMemory]
  ] as const
)("a directory that removes itself: %s", (_, open) => {
  it("is removed with everything in it when its scope ends", async () => {
    await using opened = await open()
    const { promises, sync } = opened.root
    {
      await using made = await promises.mkdtempDisposable("/tmp/a-")
      expect(made.path).toMatch(/^\/tmp\/a-.{6}$/)
      expect((await promises.stat(made.path)).mode & 0o777).toBe(0o700)
      await promises.mkdir(`${made.path}/d/e`, { recursive: true })
      using other = sync.mkdtempDisposableSync("/tmp/b-")
      sync.writeFileSync(`${other.path}/f`, "")
      expect(sync.readdirSync("/tmp")).toHaveLength(2)
    }
    expect(sync.readdirSync("/tmp")).toEqual([])
  })

  it("can be removed before, and then again", async () => {
    await using opened = await open()
    const { promises, sync } = opened.root
    const [made, other] = [await promises.mkdtempDisposable("/tmp/a-"), sync.mkdtempDisposableSync("/tmp/b-")]
    for (let time = 0; time < 2; time++) expect([await made.remove(), other.remove()]).toEqual([undefined, undefined])
    expect(sync.readdirSync("/tmp")).toEqual([])
  })

  it("is removed even if its path was wanted in another encoding", async () => {
    await using opened = await open()
    const { promises, sync } = opened.root
    const made = await promises.mkdtempDisposable(Buffer.from("/tmp/a-"), "hex")
    const other = sync.mkdtempDisposableSync("/tmp/b-", { encoding: "base64" })
    expect(Buffer.from(made.path, "hex").toString()).toMatch(/^\/tmp\/a-/)
    expect(Buffer.from(other.path, "base64").toString()).toMatch(/^\/tmp\/b-/)
    await made.remove()
    other.remove()
    expect(sync.readdirSync("/tmp")).toEqual([])
  })

  it("fails like mkdtemp", async () => {
    await using opened = await open()
    const { promises, sync } = opened.root
    const failed = { code: "ENOENT", syscall: "mkdtemp" }
    expect(await rejection(promises.mkdtempDisposable("/none/a-"))).toMatchObject(failed)
    expect(() => sync.mkdtempDisposableSync("/none/a-")).toThrow(expect.objectContaining(failed))
    expect(await rejection(promises.mkdtempDisposable("/tmp/a-", Object({ encoding: "odd" })))).toMatchObject({
      code: "ERR_INVALID_ARG_VALUE"
    })
    expect(sync.readdirSync("/tmp")).toEqual([])
  })
})
