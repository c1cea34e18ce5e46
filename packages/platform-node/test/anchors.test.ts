/** Short paths for deep directories, their descriptors, and the lookups of a batch in such directories. */
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Policy from "@procfsroot/path/Policy"
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { load } from "../../node/src/internal/native/binding.js"
import { fsCalls } from "../../node/src/internal/procfs/lookupCalls.js"
import { open } from "../../node/src/internal/root.js"
import { Anchors } from "../../node/src/internal/walk/anchors.js"
import type { Dentry } from "../../node/src/internal/walk/dentry.js"

const long = "d".repeat(200)

/** The dentry at the end of the names, all of which are directories. */
const descend = (anchors: Anchors, from: Dentry, names: ReadonlyArray<string>): Dentry =>
  names.reduce((directory, name) => anchors.child(directory, name), from)

/** How many descriptors of this process refer to a directory below `path`. */
const openBelow = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${path}/`)
    } catch {
      return false // the descriptor by which the list was read
    }
  }).length

const inode = (path: string): bigint => statSync(path, { bigint: true }).ino

describe("a directory that is opened for its short path", () => {
  it("stays open until the anchors are disposed", () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/${long}/${long}/x`, { recursive: true })
    const anchors = new Anchors(fsCalls)
    const far = descend(anchors, anchors.start(directory.path), [long, long])
    expect(openBelow(directory.path)).toBe(0)
    const path = anchors.pathOf(anchors.child(far, "x"))
    expect(path.length).toBeLessThan(40)
    expect(realpathSync(path)).toBe(`${directory.path}/${long}/${long}/x`)
    expect(openBelow(directory.path)).toBe(1)
    anchors[Symbol.dispose]()
    expect(openBelow(directory.path)).toBe(0)
  })

  it("is opened once for all names in it", () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/${long}/${long}`, { recursive: true })
    let opened = 0
    using anchors = new Anchors({
      ...fsCalls,
      openDirectory: (path) => {
        opened++
        return fsCalls.openDirectory(path)
      }
    })
    const far = descend(anchors, anchors.start(directory.path), [long, long])
    const paths = Array.from({ length: 100 }, (_, i) => anchors.pathOf(anchors.child(far, String(i))))
    expect(new Set(paths).size).toBe(100)
    expect([opened, openBelow(directory.path)]).toEqual([1, 1])
  })

  it("is closed if many others are used, and is opened again by its names", () => {
    using directory = temporary()
    const names = Array.from({ length: 100 }, (_, i) => String(i))
    for (const name of names) mkdirSync(`${directory.path}/${long}/${long}/${name}${long}/x`, { recursive: true })
    using anchors = new Anchors(fsCalls)
    const root = anchors.start(directory.path)
    const found = names.map((name) => descend(anchors, root, [long, long, name + long, "x"]))
    for (const _ of ["first", "again"]) {
      for (const [i, dentry] of found.entries()) {
        const place = `${directory.path}/${long}/${long}/${names[i]}${long}/x`
        expect(inode(anchors.pathOf(anchors.child(dentry, ".")))).toBe(inode(place))
        expect(openBelow(directory.path)).toBeLessThanOrEqual(32)
      }
    }
  })

  it("is not opened through a link that has replaced it", () => {
    using directory = temporary()
    const place = `${directory.path}/${long}/${long}`
    mkdirSync(`${place}/x`, { recursive: true })
    using anchors = new Anchors(fsCalls)
    const far = descend(anchors, anchors.start(directory.path), [long, long])
    renameSync(place, `${directory.path}/d`)
    symlinkSync("/", place)
    expect(() => anchors.pathOf(anchors.child(far, "x"))).toThrow("ENOTDIR")
  })

  it("can be a root, even if its path is a link to it", () => {
    using directory = temporary()
    symlinkSync(".", `${directory.path}/self`)
    using anchors = new Anchors(fsCalls)
    const root = anchors.start(`${directory.path}/self`)
    expect(realpathSync(anchors.pathOf(anchors.below(root, ".")))).toBe(directory.path)
  })
})

describe.skipIf(without("koffi"))("a batch", () => {
  it("looks each name up once, even if the paths of the directories are long", () => {
    using directory = temporary()
    const names = Array.from({ length: 200 }, (_, i) => `f${i}`)
    // More than can be open at the same time.
    const directories = Array.from({ length: 40 }, (_, i) => `${long}/${long}/${i}${long}`)
    for (const path of directories) mkdirSync(`${directory.path}/${path}`, { recursive: true })
    for (const [i, name] of names.entries()) writeFileSync(`${directory.path}/${directories[i % 40]}/${name}`, "")
    const binding = load()
    const { openat2 } = binding
    if (openat2 === undefined) return expect.unreachable()
    let lookups = 0
    const lstat: typeof openat2.lstat = (from, path) => {
      lookups++
      return openat2.lstat(from, path)
    }
    using root = open(directory.path, { bind: () => ({ ...binding, openat2: { ...openat2, lstat } }) }).value
    using batch = root.batch(100_000)
    const paths = names.map((name, i) => `${directories[i % 40]}/${name}`)
    const all = [...paths, ...paths, ...paths]
    let tags: ReadonlyArray<string> = []
    while (tags.length < all.length) {
      tags = tags.concat(batch.walkSome(all, tags.length, Policy.defaultPolicy, (_, { _tag }) => _tag))
    }
    expect(new Set(tags)).toEqual(new Set(["Resolved"]))
    expect(lookups).toBe(2 + directories.length + names.length)
  })
})

describe("calls of one batch", () => {
  /** Uses only paths, so that the name of the root matters. */
  const openByPath = (path: string) => open(path, { bind: () => ({ openat2: undefined, reason: "a test" }) }).value

  it("stay in the root if it is renamed in between, and another directory gets its name", () => {
    using directory = temporary()
    const box = `${directory.path}/box`
    mkdirSync(`${box}/d`, { recursive: true })
    writeFileSync(`${box}/d/f`, "")
    using root = openByPath(box)
    using batch = root.batch(100_000)
    const ask = (path: string) => batch.walkSome([path], 0, Policy.defaultPolicy, (_, { _tag }) => _tag)
    expect(ask("/d/nope")).toEqual(["Failed"])
    renameSync(box, `${box}-2`)
    mkdirSync(`${box}/d`, { recursive: true })
    expect(ask("/d/f")).toEqual(["Resolved"])
  })

  it("each have their own policy", () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/d`)
    symlinkSync("d", `${directory.path}/l`)
    using root = openByPath(directory.path)
    using batch = root.batch(100_000)
    const ask = (options: Policy.Options) =>
      batch.walkSome(["/l"], 0, Policy.make(options), (_, outcome) => outcome._tag)
    expect([ask({}), ask({ symlinks: "forbid" }), ask({})]).toEqual([["Resolved"], ["Failed"], ["Resolved"]])
    // The mounts of the files that are known were not asked for.
    expect([ask({ mounts: "forbid" }), ask({})]).toEqual([["Resolved"], ["Resolved"]])
  })
})
