/** The compiler accepts the functions of a root where a program wants Node's, and what they take and return. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import type { BigIntStats, Dirent, Stats } from "node:fs"
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

it("attributes can be asked for with a signal, and with or without bigints and an error for a missing name", async () => {
  const { lstat, stat }: Pick<typeof NodePromises, "lstat" | "stat"> = fs
  const { signal } = new AbortController()
  await using file = await fs.open("/d/f")
  const all: ReadonlyArray<Stats> = [
    await stat("/d/f"),
    await lstat("/d/f"),
    await fs.stat("/d/f", { signal }),
    await fs.lstat("/d/f", { signal, bigint: false }),
    await file.stat(),
    await file.stat({ signal })
  ]
  const big: ReadonlyArray<BigIntStats> = [
    await fs.stat("/d/f", { signal, bigint: true }),
    await fs.lstat("/d/f", { signal, bigint: true }),
    await file.stat({ signal, bigint: true })
  ]
  expect(new Set(all.map(({ size }) => size))).toEqual(new Set(big.map(({ size }) => Number(size))))
  const missing: Stats | undefined = await fs.stat("/none", { signal, throwIfNoEntry: false })
  const big2: BigIntStats | undefined = await fs.stat("/none", { bigint: true, throwIfNoEntry: false })
  // @ts-expect-error -- the name may be missing
  const there: Stats = await fs.stat("/none", { throwIfNoEntry: false })
  expect([missing, big2, there]).toEqual([undefined, undefined, undefined])
})
