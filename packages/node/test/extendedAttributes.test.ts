/** Extended attributes of open files are those of the file itself, even if another file has its name by now. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { getAttribute, setAttribute } from "@procfsroot/testkit/rootDirectory/libc"
import { userAttributes } from "@procfsroot/testkit/rootDirectory/userAttributes"
import { temporary } from "@procfsroot/testkit/temporary"
import { writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const bytes = (...list: ReadonlyArray<number>) => Uint8Array.from(list)

const openings = {
  "on disk": (path: string) => openRoot(path),
  "off the main thread": (path: string) => openRoot(path, { offMainThread: true }),
  "in memory": async () => openMemoryRoot({ "/file": "" })
}

describe.skipIf(without(nativeCalls, userAttributes))("extended attributes of an open file", () => {
  it.for(Object.entries(openings))("belong to the file even after it is renamed: %s", async ([where, open]) => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    await using root = await open(box.path)
    const { directory, promises } = root
    const file = await promises.open("/file", "r+")
    await promises.rename("/file", "/moved")
    await promises.writeFile("/file", "another")
    await directory.setExtendedAttribute("/file", "user.a", bytes(9))
    await file.setExtendedAttribute("user.a", bytes(0, 1, 255))
    await file.setExtendedAttribute("user.b", bytes())
    expect(await file.getExtendedAttribute("user.a")).toEqual(bytes(0, 1, 255))
    expect(await file.getExtendedAttribute("user.none")).toBeUndefined()
    expect((await file.listExtendedAttributes()).toSorted()).toEqual(["user.a", "user.b"])
    await file.removeExtendedAttribute("user.b")
    await expect(file.removeExtendedAttribute("user.b")).rejects.toMatchObject({
      code: "ENODATA",
      syscall: "fremovexattr"
    })
    await expect(file.setExtendedAttribute("nothing.a", bytes())).rejects.toMatchObject({ code: "ENOTSUP" })
    expect(await directory.getExtendedAttribute("/moved", "user.a")).toEqual(bytes(0, 1, 255))
    expect(await directory.getExtendedAttribute("/file", "user.a")).toEqual(bytes(9))
    if (where !== "in memory") expect(getAttribute(`${box.path}/moved`, "user.a")).toEqual(bytes(0, 1, 255))
    await file.close()
    await expect(file.listExtendedAttributes()).rejects.toMatchObject({ code: "EBADF" })
  })

  it("can have long values and many names", async () => {
    using box = temporary()
    for (const name of ["values", "names"]) writeFileSync(`${box.path}/${name}`, "")
    await using root = await openRoot(box.path)
    await using values = await root.promises.open("/values", "r+")
    for (const length of [0, 1_023, 1_024, 1_025, 3_000]) {
      const value = Uint8Array.from({ length }, (_, i) => i)
      await values.setExtendedAttribute("user.a", value)
      expect(await values.getExtendedAttribute("user.a")).toEqual(value)
      expect(await root.directory.getExtendedAttribute("/values", "user.a")).toEqual(value)
    }
    const names = Array.from({ length: 20 }, (_, i) => `user.${"x".repeat(90)}${i + 10}`)
    await using file = await root.promises.open("/names", "r+")
    for (const name of names) await file.setExtendedAttribute(name, bytes())
    expect((await file.listExtendedAttributes()).toSorted()).toEqual(names)
    expect((await root.directory.listExtendedAttributes("/names")).toSorted()).toEqual(names)
  })

  it("can have any bytes as names, in memory as on a disk", async () => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    await using disk = await openRoot(box.path)
    await using memory = openMemoryRoot({ "/file": "" })
    const names = ["user.\u00e9", "user.\u00e9\udcff", `user.${"\udc80".repeat(250)}`]
    for (const { directory, promises } of [disk, memory]) {
      await using file = await promises.open("/file", "r+")
      for (const [i, name] of names.entries()) {
        await directory.setExtendedAttribute("/file", name, bytes(i))
        expect(await file.getExtendedAttribute(name)).toEqual(bytes(i))
      }
      expect((await directory.listExtendedAttributes("/file")).toSorted()).toEqual(names.toSorted())
      for (const name of names) await file.removeExtendedAttribute(name)
      expect(await directory.listExtendedAttributes("/file")).toEqual([])
      const refused: ReadonlyArray<readonly [string, string]> = [
        [`user.${"\udc80".repeat(251)}`, "ERANGE"],
        [`user.${"\udc80".repeat(5_000)}`, "ERANGE"],
        ["user.\ud800", "EILSEQ"],
        ["\udc80", "ENOTSUP"],
        ["", "ERANGE"]
      ]
      for (const [name, code] of refused) {
        await expect(directory.setExtendedAttribute("/file", name, bytes(1))).rejects.toMatchObject({ code })
        await expect(file.setExtendedAttribute(name, bytes(1))).rejects.toMatchObject({ code })
      }
    }
  })

  it("have the value that the caller passed, even if its buffer changes while another thread sets it", async () => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    await using root = await openRoot(box.path, { offMainThread: true })
    await using file = await root.promises.open("/file", "r+")
    const value = bytes(1, 2)
    const set = [
      root.directory.setExtendedAttribute("/file", "user.a", value),
      file.setExtendedAttribute("user.b", value)
    ]
    value.fill(9)
    await Promise.all(set)
    expect(await file.getExtendedAttribute("user.a")).toEqual(bytes(1, 2))
    expect(await file.getExtendedAttribute("user.b")).toEqual(bytes(1, 2))
  })

  it("can be read but not changed in a read-only root", async () => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    setAttribute(`${box.path}/file`, "user.a", bytes(1))
    await using root = await openRoot(box.path, { readOnly: true })
    await using file = await root.promises.open("/file")
    expect(await file.getExtendedAttribute("user.a")).toEqual(bytes(1))
    await expect(file.setExtendedAttribute("user.a", bytes())).rejects.toMatchObject({ code: "EROFS" })
    await expect(file.removeExtendedAttribute("user.a")).rejects.toMatchObject({ code: "EROFS" })
  })

  it.each([false, true])("fail with ENOTSUP without native calls, also off the main thread", async (offMainThread) => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    await using root = await openRoot(box.path, { native: "none", offMainThread })
    await using file = await root.promises.open("/file")
    await expect(file.listExtendedAttributes()).rejects.toMatchObject({ code: "ENOTSUP", syscall: "flistxattr" })
  })
})
