/** Arguments that no message to another thread can contain. */
import { makeOffThread } from "@procfsroot/node/FileSystem"
import { open } from "@procfsroot/node/Root"
import { temporary } from "@procfsroot/testkit/temporary"
import type { WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { mkdirSync, statSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"

const run = <A>(begin: () => Program.Now<A>): Promise<A> => Program.runPromise(Program.sync(begin))

const withTree = async (use: (path: string, off: WaitingFileSystem<number>) => Promise<void>): Promise<void> => {
  using directory = temporary()
  mkdirSync(`${directory.path}/d`)
  writeFileSync(`${directory.path}/d/f`, "content")
  const handle = open(directory.path)
  try {
    // A root can be opened with options of a larger object.
    const options = { symlinks: "follow" as const, log: () => {} }
    await use(directory.path, makeOffThread(handle, options))
  } finally {
    handle.close()
  }
}

it("functions in options are ignored, as on the main thread", async () => {
  await withTree(async (path, off) => {
    const options = { overwrite: true, filter: () => false }
    await Program.runPromise(off.copy("/d", "/copy", options))
    expect(statSync(`${path}/copy/f`).size).toBe(7)
  })
})

it("only the known fields of options are sent, also those that are inherited", async () => {
  await withTree(async (_, off) => {
    class LinkOptions {
      readonly logger = { log: () => {} }
      get noFollow(): boolean {
        return false
      }
    }
    const { rootDirectory } = off
    const options = new LinkOptions()
    const proxy = new Proxy({ recursive: true, force: true }, {})
    const listing = run(() => rootDirectory.listExtendedAttributes("/d/f", options))
    expect(await listing.catch((error: unknown) => error)).not.toBeInstanceOf(DOMException)
    await Program.runPromise(off.remove("/d", proxy))
    expect(await run(() => off.exists("/d"))).toBe(false)
  })
})

it("what is not bytes is not taken for an empty value", async () => {
  await withTree(async (_, off) => {
    // As from a program without types.
    for (const wrong of ["text", 5, new DataView(new ArrayBuffer(3))]) {
      const setting = run(() =>
        off.rootDirectory.setExtendedAttribute("/d/f", "user.a", wrong as unknown as Uint8Array)
      )
      await expect(setting).rejects.toMatchObject({ _tag: "BadArgument" })
    }
  })
})

it("an argument of a wrong type fails its own call, and no other", async () => {
  await withTree(async (path, off) => {
    const wrong = Symbol("mode") as unknown as number // as from a program without types
    const results = await Promise.allSettled([
      run(() => off.chmod("/d/f", 0o600)),
      run(() => off.chmod("/d/f", wrong)),
      run(() => off.mkdir("/made", 0o755))
    ])
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"])
    expect(results[1]).toMatchObject({ reason: { _tag: "BadArgument", code: "ERR_INVALID_ARG_TYPE" } })
    expect(statSync(`${path}/d/f`).mode & 0o777).toBe(0o600)
    expect(statSync(`${path}/made`).isDirectory()).toBe(true)
    await run(() => off.access("/made", { readable: true, writable: true }))
  })
})

it("an argument of a wrong type takes no thread away from other calls, however often it is passed", async () => {
  await withTree(async (_, off) => {
    const wrong = Symbol("mode") as unknown as number // as above
    for (let i = 0; i < 10; i++) {
      await expect(run(() => off.chmod("/d/f", wrong))).rejects.toMatchObject({ _tag: "BadArgument" })
    }
    expect(await run(() => off.exists("/d/f"))).toBe(true)
  })
})
