/** The errors of the promises, above all for a path that does not resolve. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot, resolveError, resolveFailure } from "@procfsroot/node/OpenRoot"
import { failures } from "@procfsroot/testkit/failures"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { box } from "./box.js"
import { disk } from "./edition/edition.js"
import { rejection, thrown } from "./rejection.js"

failures("promises by openat2", (path) => disk.node(path, { strategy: "kernel" }))
failures("promises by the walk", (path) => disk.node(path, { strategy: "walk" }))

describe("an error", () => {
  it("has the fields of a Node error, the failure as its cause, and no host path", async () => {
    using directory = box()
    for (const strategy of ["kernel", "walk"] as const) {
      await using root = await openRoot(directory.path, { strategy })
      const { promises, sync } = root
      const errors = [
        await rejection(promises.readFile("/d/none")),
        await rejection(promises.writeFile("/loop/x", "")),
        await rejection(promises.readdir("/f/x")),
        await rejection(promises.rename("/f", "/none/x")),
        await rejection(promises.stat("x".repeat(256))),
        await rejection(promises.mkdir("/f")),
        await rejection(promises.rm("/d")),
        await rejection(promises.open("/d", "w")),
        thrown(() => sync.readlinkSync("/none/x"))
      ]
      const told = errors.map((error) => {
        const { code, dest, path, syscall } = error as NodeJS.ErrnoException & { readonly dest?: string } // Node's
        const failure = resolveFailure(error)
        const name = path === "x".repeat(256) ? "long" : path
        return [code, syscall, name, dest, failure?._tag, failure?.at.slice(0, 8), failure?.root]
      })
      expect(told).toEqual([
        ["ENOENT", "open", "/d/none", undefined, "PathNotFound", "/d/none", "/"],
        ["ELOOP", "open", "/loop/x", undefined, "SymlinkLoop", "/loop", "/"],
        ["ENOTDIR", "scandir", "/f/x", undefined, "NotADirectory", "/f", "/"],
        ["ENOENT", "rename", "/f", "/none/x", "PathNotFound", "/none", "/"],
        ["ENAMETOOLONG", "stat", "long", undefined, "NameTooLong", "/xxxxxxx", "/"],
        ["EEXIST", "mkdir", "/f", undefined, undefined, undefined, undefined],
        ["ERR_FS_EISDIR", "rm", "/d", undefined, undefined, undefined, undefined],
        ["EISDIR", "open", "/d", undefined, undefined, undefined, undefined],
        ["ENOENT", "readlink", "/none/x", undefined, "PathNotFound", "/none", "/"]
      ])
      const seen = inspect(errors, { depth: 10, showHidden: true })
      expect(seen).not.toContain(directory.path)
      expect(seen).not.toContain("/proc/self")
    }
  })

  it("is created from a failure that was returned", async () => {
    await using root = openMemoryRoot({ "/f": "content" })
    for (const path of ["/none", "/f/x"]) {
      const { error = expect.unreachable() } = (await root.explain(path)).result
      expect(resolveError(error)).toStrictEqual(await rejection(root.resolve(path)))
    }
  })

  it("has the failure also in memory, in another thread, and for a root that cannot resolve a path", async () => {
    using directory = box()
    await using other = await openRoot(directory.path, { offMainThread: true })
    for (const root of [other, openMemoryRoot({ "/f": "content" })]) {
      expect(resolveFailure(await rejection(root.promises.readFile("/none")))).toMatchObject({ at: "/none" })
      expect(resolveFailure(await rejection(root.resolve("/f/x")))).toMatchObject({ _tag: "NotADirectory", at: "/f" })
      expect(resolveFailure(await rejection(root.promises.mkdir("/f")))).toBeUndefined()
    }
    const others = [undefined, "ENOENT", new Error("x", { cause: { _tag: "PathNotFound" } }), { cause: "PathNotFound" }]
    expect(others.map(resolveFailure)).toEqual([undefined, undefined, undefined, undefined])
  })
})
