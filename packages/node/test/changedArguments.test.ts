/** What the caller changes after a call makes no difference, even if the call is sent to another thread later. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const [before, after] = [1_000_000_000_000, 2_000_000_000_000]

/** Calls a function with a date that changes before the function has ended. */
const withDate = async (call: (date: Date) => Promise<unknown>): Promise<void> => {
  const date = new Date(before)
  const called = call(date)
  date.setTime(after)
  await called
}

const kinds = {
  "in memory": () => openMemoryRoot({ "/f": "f", "/g": "g" }),
  "on a disk": (path: string) => openRoot(path),
  "off the main thread": (path: string) => openRoot(path, { offMainThread: true })
}

describe.each(Object.entries(kinds))("arguments %s", (_, open) => {
  it("are read when a function is called", async () => {
    using place = temporary()
    for (const name of ["f", "g"]) writeFileSync(`${place.path}/${name}`, name)
    await using root = await open(place.path)
    const { directory, promises } = root
    const setters = [
      (date: Date) => promises.utimes("/f", date, date),
      (date: Date) => promises.lutimes("/f", date, date),
      (date: Date) => directory.lutimes("/f", date, date)
    ]
    for (const set of setters) {
      await promises.utimes("/f", 1, 1)
      await withDate(set)
      expect(await promises.stat("/f")).toMatchObject({ atimeMs: before, mtimeMs: before })
    }
    const path = Buffer.from("/f")
    const read = promises.readFile(path, "utf8")
    path.write("/g")
    expect(await read).toBe("f")
  })
})

/** On a disk, a write that has to wait reads its data later, as in Node. */
const { "on a disk": _, ...others } = kinds

describe.each(Object.entries(others))("data %s", (_, open) => {
  it("is read when a function is called", async () => {
    using place = temporary()
    writeFileSync(`${place.path}/g`, "g")
    await using root = await open(place.path)
    const { promises } = root
    const data = Buffer.from("before")
    const written = promises.writeFile("/g", data)
    data.fill("x")
    await written
    expect(await promises.readFile("/g", "utf8")).toBe("before")
  })
})
