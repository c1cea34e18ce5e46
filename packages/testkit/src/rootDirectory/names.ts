/** Tests `makeNode`, and `rename` with its modes, against mknod(2) and renameat2(2). */
import * as Fs from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { describe, expect, it } from "vitest"
import type { PlainNode } from "../edition.js"
import { without } from "../judges.js"
import { makeSpecial } from "../special.js"
import * as Libc from "./libc.js"
import { described, describedOnDisk, inWorld, type Kind, outcome, outcomeOf, type World } from "./world.js"

const S_IFIFO = 0o010000
const S_IFSOCK = 0o140000
const S_IFCHR = 0o020000
const S_IFBLK = 0o060000

const fill = (place: string): void => {
  for (const name of ["b", "b/e", "empty", "full", "full/b"]) Fs.mkdirSync(`${place}/${name}`)
  for (const name of ["a", "b/c", "full/f"]) Fs.writeFileSync(`${place}/${name}`, name)
  Fs.linkSync(`${place}/a`, `${place}/hard`)
  Fs.symlinkSync("b/c", `${place}/l`)
  Fs.symlinkSync("b", `${place}/ld`)
  Fs.symlinkSync("nowhere", `${place}/dangling`)
  makeSpecial(`${place}/p`, "FIFO")
}

const special: ReadonlyArray<readonly [node: PlainNode, type: number]> = [
  [{ type: "FIFO" }, S_IFIFO],
  [{ type: "Socket" }, S_IFSOCK]
]

const devices: ReadonlyArray<readonly [node: PlainNode, type: number]> = [
  [{ type: "CharacterDevice", major: 1, minor: 3 }, S_IFCHR],
  [{ type: "BlockDevice", major: 7, minor: 200 }, S_IFBLK]
]

/** Results that differ from the kernel's. */
type Differences = Array<readonly [asked: string, ours: unknown, theirs: unknown]>

/** A path of a world as a path of the judge. The kernel treats `.` in a directory like `/` in a chroot. */
const inJudge = ({ judge }: World, path: string): string => path === "/" ? `${judge}/.` : `${judge}/${path}`

const compareTrees = async (kind: Kind, world: World, asked: string, into: Differences): Promise<void> => {
  const [ours, theirs] = [await described(kind, world), describedOnDisk(world.judge)]
  if (!isDeepStrictEqual(ours, theirs)) into.push([asked, ours, theirs])
}

const makeAll = async (kind: Kind, nodes: typeof special): Promise<Differences> => {
  const differences: Differences = []
  await inWorld(kind, fill, async (world) => {
    for (const [node, type] of nodes) {
      const [major, minor] = "major" in node ? [node.major, node.minor] : [0, 0]
      for (const path of [`new${type}`, "a", "dangling", "b/new/", "none/x", "a/x", "b/..", "/", `b/other${type}`]) {
        const mode = path.startsWith("new") ? undefined : 0o2751
        const ours = await outcome(world.directory.makeNode(path, node, mode === undefined ? {} : { mode }))
        const theirs = outcomeOf(() => Libc.mknod(inJudge(world, path), type | (mode ?? 0o666), major, minor))
        if (!isDeepStrictEqual(ours, theirs)) differences.push([path, ours, theirs])
      }
      const { rdev } = await world.directory.stat(`new${type}`)
      const theirs = Fs.statSync(`${world.judge}/new${type}`, { bigint: true }).rdev
      if (rdev !== theirs) differences.push(["rdev", rdev, theirs])
    }
    await compareTrees(kind, world, "the tree", differences)
  })
  return differences
}

const making = (kind: Kind): void => {
  describe.skipIf(without("koffi"))("makeNode", () => {
    it("creates fifos and sockets like mknod", async () => {
      expect(await makeAll(kind, special)).toEqual([])
    })
    it.skipIf(without("root"))("creates devices like mknod", async () => {
      expect(await makeAll(kind, devices)).toEqual([])
    })
  })
}

/** Pseudorandom numbers: the same seed gives the same numbers (a linear congruential generator). */
const numbers = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor(state / 2 ** 32 * below)
  }
}

const places = [
  "a",
  "a/",
  "b",
  "b/",
  "b/c",
  "b/e",
  "b/e/",
  "b/..",
  "b/.",
  "empty",
  "empty/",
  "full",
  "full/b",
  "full/f"
]
  .concat(["l", "l/", "ld", "ld/", "ld/c", "dangling", "dangling/", "hard", "p", "new", "new/", "b/new", "none/x"])
  .concat(["a/x", ".", "..", "/", "./a", "b/../a", "b/e/new"])

/** Renames 60 random pairs, one after the other, and compares each result and the tree after it. */
const renames = async (kind: Kind, mode: "replace" | "noreplace" | "exchange"): Promise<Differences> => {
  const differences: Differences = []
  for (let seed = 1; seed <= 4; seed++) {
    await inWorld(kind, fill, async (world) => {
      const random = numbers(seed)
      const place = () => places[random(places.length)] ?? ""
      for (let i = 0; i < 60; i++) {
        const [from, to] = [place(), place()]
        const asked = `${mode} ${from} ${to}, seed ${seed}`
        const ours = await outcome(world.directory.rename(from, to, { mode }))
        const theirs = outcomeOf(() => Libc.rename(inJudge(world, from), inJudge(world, to), mode))
        if (!isDeepStrictEqual(ours, theirs)) differences.push([asked, ours, theirs])
        await compareTrees(kind, world, asked, differences)
      }
    })
  }
  return differences
}

const renaming = (kind: Kind): void => {
  const modes = kind.isComplete ? ["replace", "noreplace", "exchange"] as const : ["replace"] as const
  it.skipIf(without("koffi")).each(modes)("rename works like renameat2 with the mode %s", async (mode) => {
    expect(await renames(kind, mode)).toEqual([])
  })
}

const odd = (kind: Kind): void => {
  it.skipIf(without("koffi"))(
    "names that are not UTF-8 can be created, renamed and exchanged like others",
    async () => {
      await inWorld(kind, fill, async ({ directory }) => {
        const [first, second] = ["b/\udcff", "b/c\udcfe\udcff"]
        await directory.makeNode(first, { type: "FIFO" })
        expect(await outcome(directory.makeNode(first, { type: "FIFO" }))).toBe("EEXIST")
        expect(await outcome(directory.rename("a", first, { mode: "noreplace" }))).toBe("EEXIST")
        await directory.rename(first, second, { mode: "noreplace" })
        await directory.rename(second, "a", { mode: "exchange" })
        const types = await Promise.all([second, "a"].map(async (path) => (await directory.lstat(path)).type))
        expect(types).toEqual(["File", "FIFO"])
        const long = "\udcff".repeat(256)
        expect(await outcome(directory.rename("a", long, { mode: "noreplace" }))).toBe("ENAMETOOLONG")
        expect(await outcome(directory.makeNode(long, { type: "FIFO" }))).toBe("ENAMETOOLONG")
      })
    }
  )
}

export const names = (kind: Kind): void => {
  if (kind.isComplete) {
    making(kind)
    odd(kind)
  }
  renaming(kind)
}
