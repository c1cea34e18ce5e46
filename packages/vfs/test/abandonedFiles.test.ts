/** Tests when `writeFileAtomic` looks for temporary files that killed processes have left. */
import * as Errno from "@procfsroot/vfs/Errno"
import { make as makeFileSystem } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { stepping } from "./handles.js"
import { Box, optionsOf, write } from "./replacing.js"

describe("looking for abandoned files", () => {
  /** A directory with other files, how often it is listed, and its clock. */
  const listing = (others: number, step: (name: string) => void = () => {}, identity?: () => unknown) => {
    const box = new Box("old")
    const seen = { now: 1_000, lists: 0 }
    const stepped = stepping(box.operations, (name) => {
      if (name === "readdir") seen.lists++
      step(name)
    })
    const operations = identity === undefined ? stepped : { ...stepped, identity }
    const fs = makeFileSystem(operations, { ...optionsOf(), now: () => seen.now })
    for (let i = 1; i < others; i++) Program.runSync(fs.writeFile(`/d/${i}`, new Uint8Array(), "w", 0o666))
    return { box, fs, seen }
  }

  const listsAfter = ({ fs, seen }: ReturnType<typeof listing>, passed: number): number => {
    seen.now += passed
    write(fs, "new")
    return seen.lists
  }

  it("happens before each write in a directory of less than 256 names", () => {
    const box = listing(255)
    expect(listsAfter(box, 0)).toBe(1)
    expect(listsAfter(box, 0)).toBe(2)
  })

  it("takes at most a hundredth of the time in a large directory", () => {
    const box = listing(1_000)
    expect(listsAfter(box, 0)).toBe(1)
    expect(listsAfter(box, 299)).toBe(1)
    expect(listsAfter(box, 1)).toBe(2)
  })

  it("takes less in a directory of 256 names, and at the same moment", () => {
    const box = listing(256)
    expect(listsAfter(box, 0)).toBe(1)
    expect(listsAfter(box, 0)).toBe(1)
  })

  it("is remembered for each of a thousand directories, and then forgotten for all of them", () => {
    const identities: Array<string> = []
    const box = listing(256, () => {}, () => identities.shift())
    const listsIn = (...names: ReadonlyArray<string>): number => {
      const before = box.seen.lists
      for (const name of names) {
        identities.push(name)
        write(box.fs, "new")
      }
      return box.seen.lists - before
    }
    expect(listsIn("a", "b", "a", "b")).toBe(2)
    const others = Array.from({ length: 998 }, (_, i) => String(i))
    expect(listsIn(...others, "a", "b")).toBe(998)
    expect(listsIn("another", "a", "another")).toBe(2)
  })

  it("goes on if the clock is set back", () => {
    const box = listing(1_000)
    expect(listsAfter(box, 0)).toBe(1)
    expect(listsAfter(box, -1)).toBe(2)
  })

  it("goes on if a file of its own cannot be removed for another reason than missing permission", () => {
    let code = "EIO"
    let isRefused = true
    const box = new Box("old")
    const fs = box.fileSystem((name) => {
      if (name === "unlink" || (isRefused && name === "rename")) throw Errno.make(code)
    })
    expect(() => write(fs, "new")).toThrow(expect.objectContaining({ code: "EIO", syscall: "rename" }))
    code = "EACCES"
    isRefused = false
    write(fs, "new")
    expect(box.content).toBe("new")
  })

  it("is not put off if a file of its own is left", () => {
    let isRefused = true
    const box = listing(1_000, (name) => {
      if (isRefused && (name === "rename" || name === "unlink")) throw Errno.make("EPERM")
    })
    expect(() => write(box.fs, "new")).toThrow(expect.objectContaining({ syscall: "rename" }))
    isRefused = false
    write(box.fs, "new")
    expect(box.box.names).toHaveLength(1_000)
  })
})
