/** Checks what docs/comparison.md says about memfs, and how procfsroot's own file system in memory differs. */
import { MemoryRoot, openMemoryRoot } from "@procfsroot/node"
import { createFsFromVolume, Volume } from "memfs"
import { describe, expect, it } from "vitest"

const memfs = () => {
  const volume = Volume.fromJSON({ "/a/d/f": "the link's target", "/f": "outside" })
  volume.symlinkSync("/a/d", "/l")
  volume.symlinkSync("../../../f", "/a/up")
  volume.symlinkSync("loop", "/loop")
  return createFsFromVolume(volume).promises
}

const codeOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(() => "none", (error: NodeJS.ErrnoException) => error.code)

describe("memfs", () => {
  it("starts absolute links at its root, and stays there", async () => {
    expect(await memfs().readFile("/l/f", "utf8")).toBe("the link's target")
    expect(await memfs().readFile("/a/up", "utf8")).toBe("outside")
  })

  it("finds loops, but does not show them", async () => {
    const error: unknown = await memfs().readFile("/loop").catch((error: unknown) => error)
    expect(error).toMatchObject({ code: "ELOOP" })
    expect(error).not.toHaveProperty("cause")
  })

  it("removes `..` before it follows links, unlike the kernel", async () => {
    expect(await codeOf(memfs().stat("/l/../d/f"))).toBe("ENOENT")
    const { promises } = openMemoryRoot({ "/a/d/f": "", "/l": MemoryRoot.link("/a/d") })
    expect(await codeOf(promises.stat("/l/../d/f"))).toBe("none")
  })

  it("copies trees, and sets the owner and the times of a link itself", async () => {
    const fs = memfs()
    await fs.cp("/a", "/copy", { recursive: true })
    expect(await fs.readFile("/copy/d/f", "utf8")).toBe("the link's target")
    await fs.lchown("/l", 1, 2)
    await fs.lutimes("/l", 1, 2)
    expect(await fs.lstat("/l")).toMatchObject({ uid: 1, gid: 2, mtimeMs: 2000 })
    expect((await fs.stat("/l")).uid).not.toBe(1)
  })
})
