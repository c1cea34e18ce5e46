/** Tests what a crash leaves of the operations of an edition. The crash model itself is tested in `@procfsroot/vfs`. */
import { describe, expect, it } from "vitest"
import { closing } from "./closing.js"
import type { MemoryEdition, OpenTree, PlainEntry } from "./edition.js"

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const contentOf = (tree: Readonly<Record<string, PlainEntry>>, path: string): unknown => {
  const entry = tree[path]
  return entry?.type === "File" ? entry.content : undefined
}

/** The possible contents of a file after a crash. */
const contentsOf = async ({ crashes }: OpenTree, path: string): Promise<ReadonlySet<unknown>> =>
  new Set((await crashes()).map((tree) => contentOf(tree, path)))

export const crashRules = (edition: MemoryEdition): void => {
  const opened = (use: (memory: OpenTree) => Promise<void>) => () =>
    closing(edition.memory({ "/d/file": "old" }, { crashes: true }), use)

  describe("a crash", () => {
    it(
      "can lose data that was not synced",
      opened(async (memory) => {
        await memory.fs.writeFileString("/d/file", "new")
        expect(await contentsOf(memory, "/d/file")).toEqual(new Set(["old", "", "new"]))
        await memory.syncAll()
        expect(await memory.crashes()).toEqual([await memory.snapshot()])
      })
    )

    it(
      "can leave an empty file after a rename",
      opened(async (memory) => {
        await memory.fs.writeFileString("/d/new", "new")
        await memory.fs.rename("/d/new", "/d/file")
        expect(await contentsOf(memory, "/d/file")).toEqual(new Set(["old", "", "new"]))
      })
    )

    it(
      "keeps what writeFileAtomic has written",
      opened(async (memory) => {
        await memory.directory?.writeFileAtomic("/d/file", bytesOf("new"))
        expect(await memory.crashes()).toEqual([await memory.snapshot()])
        expect(contentOf(await memory.crash(), "/d/file")).toBe("new")
      })
    )

    it(
      "leaves the same tree for the same seed, and that tree can be used again",
      opened(async (memory) => {
        await memory.fs.writeFileString("/d/file", "new")
        const trees = await memory.crashes({ limit: 50 })
        for (let seed = 0; seed < 10; seed++) {
          const tree = await memory.crash({ seed })
          expect(await memory.crash({ seed })).toEqual(tree)
          expect(trees).toContainEqual(tree)
          await closing(edition.memory(tree), async (next) => expect(await next.snapshot()).toEqual(tree))
        }
        await expect(memory.crashes({ limit: 1 })).rejects.toThrow(
          "more trees are possible after a crash than the limit, 1:"
        )
      })
    )

    it("can only be simulated if changes are recorded", () =>
      closing(edition.memory({}), async (memory) => {
        await expect(memory.crash()).rejects.toThrow("no changes were recorded")
      }))
  })
}
