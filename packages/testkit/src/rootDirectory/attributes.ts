/** Tests the attributes, owners and times of files and of links themselves, and `statfs`. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import type { PlainExactInfo } from "../edition.js"
import { without } from "../judges.js"
import { makeSpecial } from "../special.js"
import { inWorld, type Kind, outcome, outcomeOf, pathsBelow } from "./world.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/d`, { mode: 0o1750 })
  Fs.writeFileSync(`${place}/d/f`, "content", { mode: 0o640 })
  Fs.linkSync(`${place}/d/f`, `${place}/hard`)
  Fs.symlinkSync("d/f", `${place}/l`)
  Fs.symlinkSync("d", `${place}/ld`)
  Fs.symlinkSync("nowhere", `${place}/dangling`)
  makeSpecial(`${place}/p`, "FIFO")
  Fs.utimesSync(`${place}/d/f`, 1_234.5, 987_654_321.25)
}

const typeOf = (stat: Fs.BigIntStats): string => {
  if (stat.isFile()) return "File"
  if (stat.isDirectory()) return "Directory"
  return stat.isSymbolicLink() ? "SymbolicLink" : "FIFO"
}

/** The kernel's ID of the mount that a path is on. */
const mountOf = (path: string): bigint => {
  // O_PATH | O_NOFOLLOW
  const fd = Fs.openSync(path, 0o10000000 | Fs.constants.O_NOFOLLOW)
  try {
    return BigInt(/^mnt_id:\s*(\d+)$/m.exec(Fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "-1")
  } finally {
    Fs.closeSync(fd)
  }
}

/** Node's attributes of a file, in the fields of the library. */
const judged = (path: string, stat: Fs.BigIntStats): PlainExactInfo => ({
  type: typeOf(stat) as PlainExactInfo["type"], // `typeOf` returns nothing else
  mode: Number(stat.mode),
  nlink: Number(stat.nlink),
  uid: Number(stat.uid),
  gid: Number(stat.gid),
  dev: stat.dev,
  ino: stat.ino,
  rdev: stat.rdev,
  size: stat.size,
  blksize: Number(stat.blksize),
  blocks: stat.blocks,
  atimeNs: stat.atimeNs,
  mtimeNs: stat.mtimeNs,
  ctimeNs: stat.ctimeNs,
  // Not every file system knows it, such as tmpfs in Linux 5.4.
  birthtimeNs: stat.birthtimeNs === 0n ? undefined : stat.birthtimeNs,
  mountId: mountOf(path)
})

/** The attributes that are the same in memory, where directories have another size. */
const portable = ({ gid, mode, nlink, size, type, uid }: PlainExactInfo) => ({
  type,
  mode,
  uid,
  gid,
  ...(type === "Directory" ? {} : { nlink, size })
})

const exact = (kind: Kind): void => {
  it("are the same as in lstat and stat, down to the nanosecond", () =>
    inWorld(kind, fill, async ({ directory, judge, own }) => {
      for (const path of ["", ...pathsBelow(judge)]) {
        const place = `${kind.onDisk ? own : judge}/${path}`
        const same = (info: PlainExactInfo) => kind.onDisk ? info : portable(info)
        expect([path, same(await directory.lstat(`/${path}`))])
          .toEqual([path, same(judged(place, Fs.lstatSync(place, { bigint: true })))])
        if (path === "dangling") continue
        const target = Fs.realpathSync(place)
        expect([path, same(await directory.stat(`/${path}`))])
          .toEqual([path, same(judged(target, Fs.statSync(place, { bigint: true })))])
      }
      for (const path of ["dangling", "none", "d/f/x", "d/f/", ""]) {
        const asked = `${judge}/${path}`
        if (path !== "") {
          expect([path, await outcome(directory.stat(path))]).toEqual([
            path,
            outcomeOf(() => Fs.statSync(asked))
          ])
        } else expect(await outcome(directory.stat(path))).toBe("ENOENT")
      }
      await expect(directory.lstat("/none")).rejects.toMatchObject({ method: "lstat", syscall: "lstat" })
    }))
}

/** The owners, modes and times of everything in the tree. */
const owners = (place: string) =>
  pathsBelow(place).map((path) => {
    const { gid, mode, mtimeMs, uid } = Fs.lstatSync(`${place}/${path}`)
    return [path, uid, gid, mode, mtimeMs]
  })

const chown = (kind: Kind): void => {
  it.skipIf(without("root"))(
    "lchown changes the owner of a link itself, like Node's lchown",
    () =>
      inWorld(kind, fill, async ({ directory, judge, own }) => {
        for (const path of ["l", "ld", "dangling", "d/f", "d", "p", "none", "l/", "dangling/"]) {
          expect([path, await outcome(directory.lchown(path, 1_234, 5_678))])
            .toEqual([path, outcomeOf(() => Fs.lchownSync(`${judge}/${path}`, 1_234, 5_678))])
          const { gid, uid } = await directory.lstat("l")
          expect([uid, gid]).toEqual([1_234, 5_678])
        }
        if (kind.onDisk) {
          const ids = (place: string) => owners(place).map(([path, uid, gid, mode]) => [path, uid, gid, mode])
          expect(ids(own)).toEqual(ids(judge))
        }
      })
  )
}

const times = (kind: Kind): void => {
  it("lutimes sets the times of a link itself, like Node's lutimes", () =>
    inWorld(kind, fill, async ({ directory, judge, own }) => {
      const old = new Date("1999-12-31T23:59:59.500Z")
      for (const path of ["l", "ld", "dangling", "d/f", "d", "p", "none", "d/f/"]) {
        for (const [atime, mtime] of [[old, 1_500_000_000.25], [0, old], [1.5, 2_000_000_000]] as const) {
          expect([path, await outcome(directory.lutimes(path, atime, mtime))])
            .toEqual([path, outcomeOf(() => Fs.lutimesSync(`${judge}/${path}`, atime, mtime))])
        }
      }
      // The walk reads links, which changes their access time (`relatime`).
      const isMoved = (path: string) => kind.onDisk && !kind.isNative && path !== "d/f"
      for (const path of ["l", "dangling", "d/f"]) {
        const { atimeNs, mtimeNs } = Fs.lstatSync(`${judge}/${path}`, { bigint: true })
        const info = await directory.lstat(path)
        expect([path, isMoved(path) || info.atimeNs, info.mtimeNs]).toEqual([path, isMoved(path) || atimeNs, mtimeNs])
      }
      if (kind.onDisk) {
        const modified = (place: string) => owners(place).map(([path, , , , mtimeMs]) => [path, mtimeMs])
        expect(modified(own)).toEqual(modified(judge))
      }
    }))
}

const exactTimes = (kind: Kind): void => {
  it("lutimes takes nanoseconds as bigints", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const kept = (ns: bigint) => kind.isNative ? ns : ns / 1_000n
      const [atime, mtime] = [4_000_000_000_123_456_789n, 1_700_000_000_999_999_999n]
      for (const path of ["d/f", "d", "dangling"]) {
        await directory.lutimes(path, atime, mtime)
        const found = await directory.lstat(path)
        expect([path, kept(found.atimeNs), kept(found.mtimeNs)]).toEqual([path, kept(atime), kept(mtime)])
        if (kind.onDisk) {
          const { mtimeNs } = Fs.lstatSync(`${own}/${path}`, { bigint: true })
          expect([path, kept(mtimeNs)]).toEqual([path, kept(mtime)])
        }
      }
      // A time in seconds next to one in nanoseconds is as exact as alone.
      await directory.lutimes("d/f", new Date(1_500), mtime)
      expect((await directory.lstat("d/f")).atimeNs / 1_000n).toBe(1_500_000n)
      await directory.lutimes("d/f", 0n, -1n)
      expect(kept((await directory.lstat("d/f")).mtimeNs)).toBe(kept(-1n))
      for (const time of [1n << 93n, -(1n << 94n)]) {
        expect(await outcome(directory.lutimes("d/f", time, mtime))).toBe("EINVAL")
        expect(await outcome(directory.lutimes("none", time, mtime))).toBe("ENOENT")
      }
    }))
}

const size = (kind: Kind): void => {
  it("statfs returns the size of the file system", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const found = await directory.statfs("/l")
      if (!kind.onDisk) return expect(found.blockSize).toBeGreaterThan(0n)
      const { blocks, bsize, files, type } = Fs.statfsSync(own, { bigint: true })
      expect(found).toMatchObject({ type, blockSize: bsize, blocks, inodes: files })
      expect(found.freeBlocks).toBeGreaterThanOrEqual(found.availableBlocks)
      await expect(directory.statfs("/none")).rejects.toMatchObject({ code: "ENOENT", syscall: "statfs" })
    }))
}

export const attributes = (kind: Kind): void => {
  describe("attributes", () => {
    exact(kind)
    chown(kind)
    times(kind)
    exactTimes(kind)
    size(kind)
  })
}
