/** The compiler accepts the functions of a root where a program wants Node's, and what they take and return. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import type { Dirent } from "node:fs"
import type * as NodePromises from "node:fs/promises"
import { expect, it } from "vitest"

const { promises: fs } = openMemoryRoot({ "/d/f": "content" })

it("a file that was opened in a root is a FileHandle", async () => {
  const { open }: Pick<typeof NodePromises, "open"> = fs
  await using file: NodePromises.FileHandle = await open("/d/f", "r+")
  await fs.appendFile(file, "more")
  await fs.writeFile(file, "!")
  await using again = await fs.open("/d/f")
  expect(await fs.readFile(again, "utf8")).toBe("more!nt")
})

it("a list that can be aborted has names, bytes or entries", async () => {
  const { signal } = new AbortController()
  const names: Array<string> = await fs.readdir("/d", { encoding: "utf8", signal })
  const bytes: Array<Buffer> = await fs.readdir("/d", { encoding: "buffer", signal })
  const entries: Array<Dirent> = await fs.readdir("/d", { withFileTypes: true, recursive: true, signal })
  expect([names, bytes.map(String), entries.map(({ name }) => name)]).toEqual([["f"], ["f"], ["f"]])
})
