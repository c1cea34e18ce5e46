/** No matter how deep a path or a tree is, an operation opens at most a few dozen descriptors. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import { execFileSync } from "node:child_process"
import { closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs"
import { FoundFiles } from "../../node/src/internal/fileSystem/foundFiles.js"
import { inodeOperations } from "../../node/src/internal/fileSystem/inodeOperations.js"
import { load } from "../../node/src/internal/native/binding.js"
import { procfsCalls } from "../../node/src/internal/procfs/systemCalls.js"
import { open } from "../../node/src/internal/root.js"
import type { SystemCalls } from "../../node/src/internal/systemCalls.js"
import { descriptors, strategies } from "./fileSystems.js"
import { strategies as rootStrategies } from "./strategies.js"

/** Node itself uses about 25 of them. */
const DESCRIPTORS = 96

/** A temporary directory that is removed by `find`: Node's own removal uses paths, which would be too long. */
const deepBox = () => {
  const box = temporary()
  return {
    path: box.path,
    [Symbol.dispose]: () => {
      execFileSync("find", [box.path, "-delete"])
    }
  }
}

/** What a program prints that may open only a few descriptors. */
const withFew = async (program: "depth" | "detours", ...args: ReadonlyArray<string>): Promise<unknown> => {
  const file = await bundled(new URL(`./programs/${program}.ts`, import.meta.url))
  const run = `ulimit -n ${DESCRIPTORS} && exec "$0" "$@"`
  const output = execFileSync("sh", ["-c", run, process.execPath, file, ...args], {
    encoding: "utf8",
    timeout: 110_000
  })
  return JSON.parse(output)
}

describe("depth", () => {
  it.each([300, 1_200])(`trees of %i levels can be used with ${DESCRIPTORS} descriptors`, async (levels) => {
    using box = deepBox()
    const output = await withFew("depth", box.path, String(levels))
    const expected = {
      made: true,
      upAgain: "here",
      // `d` on each level, the names of `x/../y/./z`, `mark`, and `e` on every tenth level.
      listed: levels + 4 + levels / 10,
      last: "e",
      sameCopied: true,
      removed: ["e"],
      left: 0
    }
    expect(output).toEqual(strategies.map(() => expected))
  }, 120_000)

  it.skipIf(without("openat2"))(
    `paths that find the same directories again and again can be used with ${DESCRIPTORS} descriptors`,
    async () => {
      using box = temporary()
      expect(await withFew("detours", box.path)).toEqual({
        resolved: rootStrategies.map(({ name }) => ({
          name,
          wrong: [],
          explained: ["found", "ENOENT", "found", "ENOENT", "found", "ENOENT"]
        })),
        used: strategies.map(() => ["", "", ""].map(() => ["File", "ENOENT", "new"]))
      })
    },
    120_000
  )
})

const LEVELS = 200

const O_HANDLE = 0o10000000

const native = load().openat2?.calls

const providers = { procfs: procfsCalls, ...(native === undefined ? {} : { native }) }

/** The files from the top down to the last of many nested directories, all called `d`. */
const descent = (top: string, calls: SystemCalls) => {
  mkdirSync(top + "/d".repeat(LEVELS), { recursive: true })
  const before = descriptors()
  let at = new FoundFiles(calls).top(openSync(top, O_HANDLE))
  const way = [at]
  for (let level = 0; level < LEVELS; level++) {
    at = at.find("d")
    way.push(at)
  }
  return {
    way,
    held: () => descriptors() - before,
    [Symbol.dispose]: () => {
      for (const file of way) file.close()
    }
  }
}

describe("creating missing directories", () => {
  it("ends if another process always removes what was created", () => {
    using box = temporary()
    let made = 0
    const root = open(box.path)
    const writer = { begin: String, end: () => {}, isAbandoned: () => false }
    const operations = { ...inodeOperations(root), mkdir: () => void made++ }
    const fs = Vfs.make(operations, { now: Date.now, directoryName: String, fileName: String, writer })
    const making = () => {
      try {
        return fs.makeDirectories("/a/b", 0o777)
      } catch (thrown) {
        return thrown
      } finally {
        root.close()
      }
    }
    const error = making()
    expect(error).toMatchObject({ code: "ENOENT", syscall: "mkdir" })
    expect(made).toBeGreaterThan(10)
  })
})

const inode = (path: string): bigint => statSync(path, { bigint: true }).ino

describe.each(Object.entries(providers))("the files along a path: %s", (_, calls) => {
  it("are reopened, and are the same", () => {
    using box = temporary()
    using down = descent(box.path, calls)
    expect(down.held()).toBeLessThanOrEqual(33)
    for (const [level, file] of [...down.way.entries()].toReversed()) {
      expect(inode(`/proc/self/fd/${file.fd}`)).toBe(inode(box.path + "/d".repeat(level)))
      expect(down.held()).toBeLessThanOrEqual(33)
    }
  })

  it("are closed if there are many in the same directory, and are reopened", () => {
    using box = temporary()
    const names = Array.from({ length: LEVELS }, (_, i) => String(i))
    for (const name of names) mkdirSync(`${box.path}/${name}`)
    const before = descriptors()
    const top = openSync(box.path, O_HANDLE)
    const directory = new FoundFiles(calls).top(top)
    const found = names.map((name) => directory.find(name))
    expect(descriptors() - before).toBeLessThanOrEqual(33)
    for (const [i, file] of found.entries()) {
      expect(inode(`/proc/self/fd/${file.fd}`)).toBe(inode(`${box.path}/${names[i]}`))
      expect(descriptors() - before).toBeLessThanOrEqual(33)
    }
    for (const file of found) file.close()
    closeSync(top)
  })

  it.skipIf(without("mountHere"))("are not reopened on another mount, if their own mount is known", () => {
    using box = mountedTemporary()
    using down = descent(box.path, calls)
    expect(new Set(down.way.map(({ mount }) => mount)).size).toBe(1)
    using other = descent(box.path, calls)
    const level = down.way.findIndex((file, i) => file.descriptor === undefined && !other.way[i]?.descriptor)
    const place = box.path + "/d".repeat(level)
    bindMount(place, place)
    expect(() => down.way[level]?.fd).toThrow(expect.objectContaining({ code: "ESTALE" }))
    expect(other.way[level]?.fd).toBeGreaterThan(0)
  })

  it("fail with EBADF after they are closed, if they were not found by a name", () => {
    using box = temporary()
    using down = descent(box.path, calls)
    const adopted = down.way[0]?.adopt(openSync(box.path, O_HANDLE), closeSync)
    expect(adopted?.fd).toBeGreaterThan(0)
    adopted?.close()
    expect(() => adopted?.fd).toThrow(expect.objectContaining({ code: "EBADF" }))
  })

  it("fail with ESTALE if they were moved or replaced meanwhile", () => {
    using box = temporary()
    using down = descent(`${box.path}/root`, calls)
    const closed = down.way.findIndex(({ descriptor }) => descriptor === undefined)
    const open = down.way.findIndex(({ descriptor }, level) => level > closed && descriptor !== undefined)
    const place = (level: number) => `${box.path}/root${"/d".repeat(level)}`
    renameSync(place(closed), `${box.path}/moved`)
    expect(() => down.way[closed]?.fd).toThrow(expect.objectContaining({ code: "ESTALE" }))
    mkdirSync(place(closed + 1), { recursive: true })
    expect(() => down.way[closed]?.fd).toThrow(expect.objectContaining({ code: "ESTALE" }))
    // A file below an open one is still found, wherever the open one is now.
    expect(inode(`/proc/self/fd/${down.way[open + 1]?.fd}`)).toBe(
      inode(`${box.path}/moved${"/d".repeat(open + 1 - closed)}`)
    )
    renameSync(place(closed), `${box.path}/another`)
    renameSync(`${box.path}/moved`, place(closed))
    expect(inode(`/proc/self/fd/${down.way[closed]?.fd}`)).toBe(inode(place(closed)))
  })
})
