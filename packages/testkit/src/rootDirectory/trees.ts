/** Tests how directories and trees are read entry by entry. */
import * as Fs from "node:fs"
import { setMaxListeners } from "node:events"
import { describe, expect, it } from "vitest"
import { atRest, descriptors, settled } from "../descriptors.js"
import { inWorld, type Kind, outcome, pathsBelow } from "./world.js"
import { nextTurn } from "../nextTurn.js"
import { makeSpecial } from "../special.js"

const fill = (place: string): void => {
  for (const name of ["b", "b/deep", "b/deep/er", "a", "z", "é", "A"]) Fs.mkdirSync(`${place}/${name}`)
  for (const name of ["b/deep/er/f", "b/deep-", "b.", "a/1", "a/10", "a/2", "\u{1f600}"]) {
    Fs.writeFileSync(`${place}/${name}`, "")
  }
  Fs.symlinkSync("b", `${place}/link`)
  Fs.symlinkSync("..", `${place}/b/up`)
  Fs.symlinkSync("nowhere", `${place}/dangling`)
  makeSpecial(`${place}/p`, "FIFO")
}

const typeOf = (entry: Fs.Dirent): string => {
  if (entry.isFile()) return "File"
  if (entry.isDirectory()) return "Directory"
  return entry.isSymbolicLink() ? "SymbolicLink" : "FIFO"
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))

const entries = (kind: Kind): void => {
  it("have the names and types that Node lists", () =>
    inWorld(kind, fill, async ({ directory, judge }) => {
      for (const path of ["", "b", "link", "b/up", "z"]) {
        const expected = Fs.readdirSync(`${judge}/${path}`, { withFileTypes: true })
          .map((entry) => ({ name: entry.name, type: typeOf(entry) })).toSorted(byName)
        expect((await directory.readDirectoryEntries(`/${path}`)).toSorted(byName)).toEqual(expected)
        expect((await directory.streamDirectoryEntries(`/${path}`)).toSorted(byName)).toEqual(expected)
      }
      const recursive = await directory.readDirectoryEntries("/", { recursive: true })
      expect(recursive.map(({ name }) => name).toSorted()).toEqual(pathsBelow(judge).toSorted())
      for (const path of ["none", "p", "link/x", "dangling"]) {
        const expected = await outcome(directory.readDirectoryEntries(path))
        expect(typeof expected).toBe("string")
        expect(await outcome(directory.streamDirectoryEntries(path))).toBe(expected)
        expect(await outcome(directory.walkTree(path))).toBe(expected)
      }
      await expect(directory.streamDirectoryEntries("/none")).rejects.toMatchObject({
        method: "streamDirectoryEntries",
        syscall: "scandir"
      })
      await expect(directory.walkTree("/none")).rejects.toMatchObject({ method: "walkTree", syscall: "scandir" })
    }))
}

const MANY = 5_000

const large = (kind: Kind): void => {
  const fillMany = (place: string) => {
    for (let i = 0; i < MANY; i++) Fs.writeFileSync(`${place}/${i}`, "")
    Fs.mkdirSync(`${place}/d`)
  }

  it("of a large directory can be read to the end, or only in part", () =>
    inWorld(kind, fillMany, async ({ directory }) => {
      const before = await atRest()
      expect(new Set((await directory.streamDirectoryEntries("/")).map(({ name }) => name)).size).toBe(MANY + 1)
      for (const take of [0, 1, 5, 1_024, 1_025, 3_000]) {
        expect(await directory.streamDirectoryEntries("/", take)).toHaveLength(take)
        expect(await directory.walkTree("/", { take })).toHaveLength(take)
        expect(await settled(before)).toBe(before)
      }
    }))

  it("are closed if the reader is interrupted", () =>
    inWorld(kind, fillMany, async ({ directory }) => {
      const before = await atRest()
      for (let i = 0; i < 20; i++) {
        const abandoned = new AbortController()
        setMaxListeners(0, abandoned.signal)
        const reading = directory.streamDirectoryEntries("/", undefined, abandoned.signal)
        for (let turn = 0; turn < i; turn++) await nextTurn()
        abandoned.abort()
        await Promise.allSettled([reading])
      }
      expect(await settled(before)).toBe(before)
    }))
}

const walking = (kind: Kind): void => {
  it("reports each entry after its directory, in byte order, and does not follow links", () =>
    inWorld(kind, fill, async ({ directory, judge }) => {
      const walked = await directory.walkTree("/")
      expect(walked.map(({ path }) => path)).toEqual(pathsBelow(judge))
      for (const { depth, name, path, type, unreadable } of walked) {
        const stat = Fs.lstatSync(`${judge}/${path}`)
        expect([path.split("/").length, path.split("/").at(-1), unreadable]).toEqual([depth, name, undefined])
        expect([path, type === "SymbolicLink", type === "Directory"])
          .toEqual([path, stat.isSymbolicLink(), stat.isDirectory()])
      }
      const inside = await directory.walkTree("/link")
      expect(inside.map(({ path }) => path)).toEqual(pathsBelow(`${judge}/b`))
    }))

  it("reports directories that it should not enter, without entering them", () =>
    inWorld(kind, fill, async ({ directory, judge }) => {
      const asked: Array<string> = []
      const walked = await directory.walkTree("/", {
        enter: ({ path }) => {
          asked.push(path)
          return path !== "b/deep"
        }
      })
      expect(walked.map(({ path }) => path)).toEqual(pathsBelow(judge).filter((path) => !path.startsWith("b/deep/")))
      expect(asked).toEqual(["A", "a", "b", "b/deep", "z", "é"])
    }))

  it("reports one entry after the other, and stops when the caller stops", () =>
    inWorld(kind, fill, async ({ directory, judge }) => {
      const before = await atRest()
      const seen: Array<string> = []
      await directory.walkTree("/", { each: ({ path }) => void seen.push(path), take: 4 })
      expect(seen.slice(0, 4)).toEqual(pathsBelow(judge).slice(0, 4))
      await expect(directory.walkTree("/", {
        each: () => {
          throw new Error("enough")
        }
      })).rejects.toThrow("enough")
      await expect(directory.walkTree("/", {
        enter: () => {
          throw new Error("no further")
        }
      })).rejects.toThrow("no further")
      expect(await settled(before)).toBe(before)
    }))
}

const limited = (kind: Kind): void => {
  it("leaves out directories with too many entries for the limit, and continues", () =>
    inWorld(kind, fill, async ({ directory }) => {
      const all = await directory.walkTree("/")
      const depth = (path: string) => path.split("/").length
      const top = all.filter(({ path }) => depth(path) === 1)
      const inside = (directory: string) => all.filter(({ path }) => path.startsWith(`${directory}/`))
      const walked = await directory.walkTree("/", { maxRemembered: top.length })
      expect(walked).toEqual(
        top.map((entry) => inside(entry.path).length === 0 ? entry : { ...entry, unreadable: "EOVERFLOW" })
      )
      // After the walk has left a directory, its entries no longer count.
      const room = top.length + inside("b").length
      expect(await directory.walkTree("/", { maxRemembered: room })).toEqual(all)
      expect(await outcome(directory.walkTree("/", { maxRemembered: top.length - 1 }))).toBe("EOVERFLOW")
    }))
}

const changing = (kind: Kind): void => {
  it("reports a directory that has been removed, and continues", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const walked = await directory.walkTree("/", {
        enter: ({ path }) => {
          if (path === "b/deep") Fs.rmSync(`${own}/b/deep`, { recursive: true })
          return true
        }
      })
      expect(walked.find(({ path }) => path === "b/deep")).toMatchObject({ type: "Directory", unreadable: "ENOENT" })
      expect(walked.map(({ path }) => path)).toContain("z")
    }))

  it("does not follow a directory that becomes a link", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const walked = await directory.walkTree("/", {
        enter: ({ path }) => {
          if (path !== "b/deep") return true
          Fs.renameSync(`${own}/b/deep`, `${own}/b/elsewhere`)
          Fs.symlinkSync("/", `${own}/b/deep`)
          return true
        }
      })
      const below = walked.filter(({ path }) => path.startsWith("b/deep/"))
      expect(below).toEqual([])
      expect(walked.find(({ path }) => path === "b/deep")?.unreadable).toMatch(/^(?:ENOTDIR|ELOOP)$/)
    }))

  it("keeps only a few descriptors open in a deep tree", () =>
    inWorld(kind, (place) => Fs.mkdirSync(place + "/d".repeat(900), { recursive: true }), async ({ directory }) => {
      const before = await atRest()
      let most = 0
      const walked = await directory.walkTree("/", {
        enter: ({ depth }) => {
          if (depth % 50 === 0) most = Math.max(most, descriptors())
          return true
        }
      })
      expect(walked).toHaveLength(900)
      expect(most).toBeLessThan(before + 300)
      expect(await settled(before)).toBe(before)
    }))
}

export const trees = (kind: Kind): void => {
  describe("entries", () => {
    entries(kind)
    if (kind.onDisk) large(kind)
  })
  describe("walkTree", () => {
    walking(kind)
    limited(kind)
    if (kind.onDisk) changing(kind)
  })
}
