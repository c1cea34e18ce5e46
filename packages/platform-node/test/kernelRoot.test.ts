/**
 * How the kernel is asked: files that are moved between opening them and reading their paths, missing names, and flags.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { seed } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { KernelRoot } from "../../node/src/internal/openat2/kernelRoot.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"
import { FileSystem } from "@effect/platform/FileSystem"
import { Resolve } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import type { Options } from "../src/NodeRootFileSystem.js"
import { load } from "./binding.js"
import { flags, PinnedRoot } from "../../node/src/internal/pinnedRoot.js"
import { open } from "../../node/src/internal/root.js"

const openat2 = load()

/** Resolves `./x` in the root `a`, after `change`, which is called as soon as the kernel has opened it. */
const answerAfter = (real: Openat2, change: (place: (name: string) => string) => void): unknown => {
  using directory = temporary()
  const place = (name: string) => `${directory.path}/${name}`
  for (const name of ["a", "ab", "b"]) mkdirSync(place(name))
  writeFileSync(place("a/x"), "")
  using root = new PinnedRoot(openSync(place("a"), flags), true)
  const open: Openat2["open"] = (at, call) => {
    const fd = real.open(at, call)
    change(place)
    return fd
  }
  using kernel = new KernelRoot(root, { ...real, open })
  return kernel.resolve("./x", Policy.defaultPolicy)
}

describe.skipIf(without("openat2"))("a file that is changed while it is resolved", () => {
  const answer = (change: (place: (name: string) => string) => void) =>
    openat2 === undefined ? expect.fail("there is koffi") : answerAfter(openat2, change)
  const whenMoved = (to: string) => answer((place) => renameSync(place("a/x"), place(to)))

  it("has its new path if it is moved within the root", () => {
    expect(whenMoved("a/y")).toBe("/y")
  })

  it("has no path if it is moved out of the root", () => {
    expect(whenMoved("b/x")).toBeUndefined()
  })

  it("has no path if it is moved into a directory whose name starts with the root's name", () => {
    expect(whenMoved("ab/x")).toBeUndefined()
  })

  it("has no path if it is removed", () => {
    expect(answer((place) => rmSync(place("a/x")))).toBeUndefined()
  })
})

it.skipIf(without("openat2"))("a root can be moved, even if its old path was that of another directory here", () => {
  using directory = temporary()
  const place = (name: string) => `${directory.path}/${name}`
  mkdirSync(place("a"))
  writeFileSync(place("a/x"), "")
  using root = new PinnedRoot(openSync(place("a"), flags), true)
  const real = openat2 ?? expect.fail("there is koffi")
  // As if the root was in another mount namespace, and this one had other directories at the same paths.
  using kernel = new KernelRoot(root, { ...real, isAt: () => false })
  const answer = () => kernel.resolve("./x", Policy.defaultPolicy)
  expect(answer()).toBe("/x")
  renameSync(place("a"), place("b"))
  mkdirSync(place("a"))
  renameSync(place("b"), place("a/b"))
  expect(answer()).toBe("/x")
})

describe.skipIf(without("openat2"))("the path of a file that was reached by a link", () => {
  const inRoot = (root: string | Buffer) => {
    symlinkSync("/", join(root, "top"))
    symlinkSync("/d", join(root, "link"))
    mkdirSync(join(root, "d"))
    writeFileSync(join(root, "d/\u00e9"), "")
    using pinned = new PinnedRoot(openSync(root, flags), false)
    using kernel = new KernelRoot(pinned, openat2 ?? expect.fail("there is koffi"))
    return ["top", "link", "link/\u00e9"].map((path) => kernel.resolve(path, Policy.defaultPolicy))
  }
  const join = (root: string | Buffer, name: string) => Buffer.concat([Buffer.from(root), Buffer.from(`/${name}`)])

  it.each(
    [
      ["ASCII", Buffer.from("root")],
      ["UTF-8", Buffer.from("r\u00f6\u00f6t \u{1f600}")],
      ["bytes that are not UTF-8", Buffer.from([0x72, 0xff, 0xc3])]
    ] as const
  )("does not contain the root's own path, whose name is %s", (_, name) => {
    using directory = temporary()
    const root = Buffer.concat([Buffer.from(`${directory.path}/`), name])
    mkdirSync(root)
    expect(inRoot(root)).toEqual(["/", "/d", "/d/\u00e9"])
  })
})

describe.skipIf(without("openat2"))("a missing name", () => {
  const policies: ReadonlyArray<Policy.Options> = [
    {},
    { lastComponent: "keep" },
    { lastComponent: "unchecked" },
    { missing: "last" },
    { missing: "tail" },
    { containment: "beneath" },
    { containment: "reject" },
    { symlinks: "forbid" },
    { maxSymlinks: 1 },
    { mounts: "forbid" },
    { from: "a/b" },
    { from: "a/nope" },
    { from: "a/link" }
  ]
  // `etc` exists only outside.
  const names = ["a", "b", "c", "file", "link", "dangling", "nope", "etc"]

  const tree = () => {
    const directory = temporary()
    mkdirSync(`${directory.path}/a/b/c/a/b/c`, { recursive: true })
    for (const place of ["", "/a", "/a/b", "/a/b/c"]) {
      writeFileSync(`${directory.path}${place}/file`, "")
      symlinkSync("/a", `${directory.path}${place}/link`)
      symlinkSync("nope", `${directory.path}${place}/dangling`)
    }
    return directory
  }

  const said = (answer: string | Walk.Resolved<unknown> | Walk.Unresolved): unknown => {
    if (typeof answer === "string") return answer
    return answer._tag === "Resolved" ? Walk.toPath(answer) : { at: answer.at, reason: answer.reason }
  }

  const path = FastCheck.tuple(
    FastCheck.constantFrom("/", "", "//", "./"),
    FastCheck.array(FastCheck.constantFrom(...names), { minLength: 1, maxLength: 8 }),
    FastCheck.constantFrom("", "", "", "/")
  ).map(([start, between, end]) => start + between.join("/") + end)

  it.each<[string, ReadonlyArray<string>]>([
    ["most paths exist", ["/a/b/c"]],
    ["most paths are missing", ["/nope/x", "/a/nope/x", "/a/b/nope"]],
    ["the last names were missing", ["/a/b/c/nope"]],
    ["the first names were missing", ["/nope/x/x/x"]]
  ])("is the same as in a walk, if %s", (_, before) => {
    using directory = tree()
    using root = open(directory.path).value
    for (const policy of policies.map(Policy.make)) {
      FastCheck.assert(
        FastCheck.property(path, (asked) => {
          for (let i = 0; i < 32; i++) root.resolve(before[i % before.length] ?? "/", Policy.defaultPolicy)
          expect(said(root.resolve(asked, policy))).toEqual(said(root.walk(asked, policy)))
        }),
        { numRuns: 150, seed }
      )
    }
  })

  it("is found without a walk", () => {
    using directory = tree()
    const real = openat2 ?? expect.fail("there is koffi")
    const walked: Array<string> = []
    const lstat: Openat2["lstat"] = (at, place) => {
      walked.push(place)
      return real.lstat(at, place)
    }
    using root = open(directory.path, { bind: () => ({ openat2: { ...real, lstat } }) }).value
    for (let i = 0; i < 64; i++) root.resolve(`/a/b/${i}/c/d`, Policy.defaultPolicy)
    expect(walked).toEqual([])
    root.resolve("/link/nope", Policy.defaultPolicy)
    expect(walked).not.toEqual([])
  })

  it("is looked up first if names were missing in its directory before", () => {
    using directory = tree()
    const real = openat2 ?? expect.fail("there is koffi")
    const calls: Array<string> = []
    const spied: Openat2 = {
      ...real,
      open: (at, call) => {
        calls.push(`open ${call.path}`)
        return real.open(at, call)
      },
      probe: (at, place) => {
        calls.push(`probe ${place}`)
        return real.probe(at, place)
      }
    }
    using root = open(directory.path, { bind: () => ({ openat2: spied }) }).value
    const callsFor = (path: string) => {
      calls.length = 0
      root.resolve(path, Policy.defaultPolicy)
      return calls
    }
    for (let i = 0; i < 32; i++) for (const place of ["", "/a/b"]) callsFor(`${place}/${i}/c/d`)
    expect(callsFor("/a/b/nope/c/d")).toEqual(["open /a/b/nope", "probe a/b"])
    expect(callsFor("/a/b/nope")).toEqual(["open /a/b/nope", "probe a/b"])
    expect(callsFor("/nope/b/c/d")).toEqual(["open /nope"])
    expect(callsFor("/a/b/c/a")).toEqual(["open /a/b/c", "open /a/b/c/a"])
    expect(callsFor("/a/b/file/c")).toContain("open /a/b/file")
    // The first guess is wrong in each of these.
    expect(callsFor("/a/b/c/a/nope")).toEqual(
      ["open /a/b/c", "open /a/b/c/a/nope", "probe a/b", "probe a/b/c", "probe a/b/c/a"]
    )
    expect(callsFor("/a/b/c/a/other")).toEqual(["open /a/b/c/a/other", "probe a/b/c/a"])
    rmSync(`${directory.path}/a/b/c`, { recursive: true })
    expect(callsFor("/a/b/c/a/other")).toEqual(
      ["open /a/b/c/a/other", "probe a/b/c/a", "probe a/b", "probe a/b/c"]
    )
  })

  it("is looked up only by openat2 for a file system, and where nothing may wait", () => {
    using directory = tree()
    const real = openat2 ?? expect.fail("there is koffi")
    const probed: Array<string> = []
    const probe: Openat2["probe"] = (at, place) => {
      probed.push(place)
      return real.probe(at, place)
    }
    // Some file systems, such as tmpfs, do not keep missing names in the kernel's cache.
    const answer: Openat2["open"] = (at, call) => real.open(at, { ...call, resolve: call.resolve & ~Resolve.cached })
    const spied = { ...real, open: answer, probe }
    using root = open(directory.path, { bind: () => ({ openat2: spied }) }).value
    using kernel = new KernelRoot(root.pinned, spied)
    const expected = { at: "/a/nope", reason: { _tag: "Missing" } }
    for (const ask of [kernel.missing, kernel.resolveCached]) {
      expect(ask.call(kernel, "/a/nope/x/y", Policy.defaultPolicy)).toMatchObject(expected)
    }
    expect(probed).toEqual([])
    expect(kernel.resolve("/a/nope/x/y", Policy.defaultPolicy)).toMatchObject(expected)
    expect(probed).toContain("a/nope")
  })

  it("is not searched for through a link that has replaced a directory", () => {
    using directory = tree()
    const real = openat2 ?? expect.fail("there is koffi")
    const probe: Openat2["probe"] = (at, place) => {
      rmSync(`${directory.path}/a`, { recursive: true })
      symlinkSync("/", `${directory.path}/a`)
      return real.probe(at, place)
    }
    using root = open(directory.path, { bind: () => ({ openat2: { ...real, probe } }) }).value
    expect(said(root.resolve("/a/nope", Policy.defaultPolicy))).toEqual({ at: "/nope", reason: { _tag: "Missing" } })
  })
})

describe.skipIf(without("openat2"))("a file system asks the kernel", () => {
  const { beneath, inRoot, noMagicLinks, noSymlinks } = Resolve

  /** The flags of all calls that opened the file, while it is read as `l/f`, through the link `l`, or as `d/f`. */
  const asked = (path: string, options: Options) =>
    Effect.suspend(() => {
      const directory = temporary()
      mkdirSync(`${directory.path}/d`)
      writeFileSync(`${directory.path}/d/f`, "")
      symlinkSync("d", `${directory.path}/l`)
      const real = openat2 ?? expect.fail("there is koffi")
      const flags: Array<number> = []
      const open: Openat2["open"] = (at, call) => {
        const fd = real.open(at, call)
        if (fd >= 0 && call.path === path) flags.push(call.resolve)
        return fd
      }
      return Effect.flatMap(FileSystem, (fs) => fs.readFile(path)).pipe(
        Effect.map(() => flags),
        Effect.provide(layerWith(directory.path, options, { ...real, open })),
        Effect.ensuring(Effect.sync(() => directory[Symbol.dispose]()))
      )
    })

  it.effect.each<[string, Options, number | undefined]>([
    ["/l/f", {}, inRoot],
    ["l/f", { containment: "beneath" }, beneath],
    ["l/f", { containment: "reject" }, beneath],
    ["d/f", { symlinks: "forbid" }, inRoot | noSymlinks],
    ["d/f", { containment: "beneath", symlinks: "forbid" }, beneath | noSymlinks],
    ["l/f", { maxSymlinks: 50 }, inRoot],
    // With links, the kernel might follow more than that.
    ["d/f", { maxSymlinks: 39 }, inRoot | noSymlinks],
    ["l/f", { maxSymlinks: 39 }, undefined]
  ])("%s, %o", ([path, options, flags]) =>
    Effect.map(asked(path, options), (found) => {
      expect(found).toEqual(flags === undefined ? [] : [flags | noMagicLinks])
    }))
})
