/** The size and the modules of bundles for a browser, compared with the edition for Effect 3. */
import { minified } from "@procfsroot/testkit/bundle"
import { describe, expect, it } from "vitest"

const both = ["Root", "MemoryFileSystem"]

describe("a bundle for a browser", () => {
  it("is not larger than with the edition for Effect 3", async () => {
    for (const withEffect of [false, true]) {
      const effect3 = await minified("platform", both, { withEffect })
      const effect4 = await minified("effect4", both, { withEffect })
      expect(effect4.gzip).toBeLessThanOrEqual(effect3.gzip)
    }
  })

  it.each([both, ["MemoryProcesses", "Wormhole"]])(
    "imports Effect and nothing from Node for %s and %s",
    async (...names) => {
      const { imports } = await minified("effect4", names, { withEffect: false })
      expect(imports).toContain("effect/Effect")
      expect(imports.filter((name) => !name.startsWith("effect/"))).toEqual([])
    }
  )

  it("does not contain the file system in memory if it imports only Root", async () => {
    const { files } = await minified("effect4", ["Root"], { withEffect: false })
    expect(files).toContain("effect4/src/internal/root.ts")
    expect(files.filter((file) => /memory|adapter|content|inode/i.test(file))).toEqual([])
  })

  it("does not contain roots over other file systems if it imports only MemoryFileSystem", async () => {
    const { files } = await minified("effect4", ["MemoryFileSystem"], { withEffect: false })
    expect(files).toContain("vfs/src/internal/memory/memory.ts")
    expect(files.filter((file) => /host|fileSystemRoot|rootFileSystem|asking/i.test(file))).toEqual([])
  })
})
