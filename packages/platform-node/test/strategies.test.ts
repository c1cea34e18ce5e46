/** Which calls are made, and which strategy a root reports. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Errno from "@procfsroot/vfs/Errno"
import { bindTransfers } from "../../node/src/internal/native/transfer.js"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"
import { load } from "./binding.js"
import { makeRoot } from "./strategies.js"
import { MemoryFileSystem, Root } from "@procfsroot/platform"
import { NodeRoot, NodeRootFileSystem } from "@procfsroot/platform-node"
import type * as Scope from "effect/Scope"
import { constants } from "node:os"

const RESOLVE_NO_MAGICLINKS = 0x02
const RESOLVE_CACHED = 0x20

const openat2 = load()

/** Records the flags of each call. */
const spying = (real: Openat2, seen: Array<number>): Openat2 => ({
  ...real,
  open: (directory, call) => {
    seen.push(call.resolve)
    return real.open(directory, call)
  }
})

const noMagicLinks = (seen: ReadonlyArray<number>): boolean =>
  seen.length > 0 && seen.every((resolve) => (resolve & RESOLVE_NO_MAGICLINKS) !== 0)

describe.skipIf(without("koffi"))("every openat2 call refuses magic links", () => {
  const real = openat2 as Openat2 // else this is skipped
  const paths = ["/d/f", "/l/f", "/nope", "/l/.."]

  it.scoped.each([false, true])("in a Root, offMainThread: %s", (offMainThread) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/d/f", type: "file" }, { path: "/l", type: "symlink", target: "d" }])
      const seen: Array<number> = []
      const root = yield* makeRoot(directory.path, { name: "", openat2: spying(real, seen), offMainThread })
      for (const path of paths) {
        for (const containment of ["clamp", "reject", "beneath"] as const) {
          for (const symlinks of ["follow", "forbid"] as const) {
            yield* Effect.either(root.resolve(path, { containment, symlinks }))
          }
        }
      }
      expect(noMagicLinks(seen)).toBe(true)
    }))

  it.effect("in a FileSystem", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/d/f", type: "file" }, { path: "/l", type: "symlink", target: "d" }])
      const seen: Array<number> = []
      yield* Effect.provide(
        Effect.gen(function*() {
          const fs = yield* FileSystem
          yield* fs.readFile("/l/f")
          yield* fs.writeFileString("/l/new", "")
          yield* fs.rename("/l/new", "/l/newer")
        }),
        layerWith(directory.path, {}, spying(real, seen))
      )
      expect(noMagicLinks(seen)).toBe(true)
    }))

  it.scoped("and the error has EXDEV, not the ELOOP of that call", () =>
    Effect.gen(function*() {
      const root = yield* makeRoot("/", { name: "", openat2: real })
      expect(yield* Effect.flip(root.resolve("/proc/self/exe"))).toMatchObject({ _tag: "MagicLink", code: "EXDEV" })
    }))
})

describe("a root reports the strategy that it uses", () => {
  const strategyOf = (make: Effect.Effect<Root.Root, unknown, Scope.Scope>) =>
    Effect.scoped(Effect.map(make, (root) => root.strategy))

  it.effect("the walk, if an option asks for it", () =>
    Effect.gen(function*() {
      expect(yield* strategyOf(NodeRoot.make("/", { strategy: "walk" }))).toEqual({
        name: "walk",
        reason: "the option \"strategy\" asks for it",
        native: { name: "none", reason: "the option \"strategy\" asks for it" }
      })
    }))

  it.effect("and the library for native calls, if an option asks for one", () =>
    Effect.gen(function*() {
      const asked = "the option \"native\" asks for it"
      expect(yield* strategyOf(NodeRoot.make("/", { native: "none" }))).toEqual({
        name: "walk",
        reason: asked,
        native: { name: "none", reason: asked }
      })
      const [major = 0] = process.versions.node.split(".").map(Number)
      const reason = `Node ${process.versions.node} has no node:ffi`
      const runtime = yield* strategyOf(NodeRoot.make("/", { native: "runtime" }))
      expect(runtime).toMatchObject(
        major < 26
          ? { name: "walk", reason, native: { name: "none", reason } }
          : { native: { name: "node:ffi", reason: asked } }
      )
    }))

  it.effect("the walk, for a root over any FileSystem", () =>
    Effect.gen(function*() {
      const { strategy } = yield* Effect.provide(Root.Root, MemoryFileSystem.root({}))
      expect(strategy).toMatchObject({ name: "walk", reason: expect.any(String) })
    }))

  const refused = [["ENOSYS", "has no openat2 (ENOSYS)"], ["EPERM", "by a sandbox most likely (EPERM)"]] as const

  it.effect.each(refused)("the walk, if openat2 is %s", ([code, reason]) =>
    Effect.gen(function*() {
      const refusing = openat2 && { ...openat2, open: () => -constants.errno[code] }
      if (refusing === undefined) return
      for (const offMainThread of [false, true]) {
        expect(yield* strategyOf(makeRoot("/", { name: "", openat2: refusing, offMainThread }))).toEqual({
          name: "walk",
          reason: expect.stringContaining(reason)
        })
      }
    }))

  it.effect.skipIf(without("openat2"))("the kernel, for a FileSystem as well", () =>
    Effect.gen(function*() {
      const root = yield* Effect.provide(Root.Root, NodeRootFileSystem.layer("/"))
      // The root still reports it after it is closed.
      expect(root.strategy).toEqual({
        name: "kernel",
        reason: "openat2 resolves a path in one call",
        // Which library is used depends on what is installed.
        native: {
          name: expect.stringMatching(/^(koffi|node:ffi)$/),
          reason: expect.stringMatching(/^koffi is (not )?installed$/)
        }
      })
    }))
})

describe.skipIf(without("openat2"))("missing functions of libc", () => {
  const real = openat2 as Openat2 // else this is skipped

  const readAndWrite = (given: Openat2) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/d/f", type: "file" }])
      return yield* Effect.gen(function*() {
        const fs = yield* FileSystem
        yield* fs.writeFileString("/d/g", "text")
        yield* fs.makeDirectory("/e/x", { recursive: true })
        yield* fs.copy("/d", "/e/d")
        yield* fs.remove("/d", { recursive: true })
        return [yield* fs.readFileString("/e/d/g"), yield* fs.readDirectory("/", { recursive: true })]
      }).pipe(Effect.provide(layerWith(directory.path, {}, given)))
    })

  const expected = ["text", ["e", "e/d", "e/d/f", "e/d/g", "e/x"]]

  it.effect("if statx is refused, Node's functions are used", () =>
    Effect.gen(function*() {
      let calls = 0
      const refusing = () => {
        calls++
        throw Errno.make("EPERM")
      }
      expect(yield* readAndWrite({ ...real, calls: { ...real.calls, fstat: refusing, lstat: refusing } })).toEqual(
        expected
      )
      expect(calls).toBe(1)
    }))

  it.effect("without preadv2 and pwritev2, files are read and written on the thread pool", () =>
    Effect.gen(function*() {
      const { readNow: _read, writeNow: _write, ...calls } = real.calls
      expect(yield* readAndWrite({ ...real, calls })).toEqual(expected)
      const library = nativeLibrary()
      const declare = () => {
        throw new Error("no such symbol")
      }
      expect(bindTransfers({ ...library, declare })).toEqual({})
      expect(bindTransfers({ ...library, addressOf: () => undefined })).toEqual({})
      expect(Object.keys(bindTransfers(library))).toEqual(["readNow", "writeNow"])
    }))
})

describe.skipIf(without("openat2"))("off the main thread", () => {
  const { EAGAIN, EINVAL } = constants.errno

  /** Resolves paths, and returns the results and the flags of the calls that were made on this thread. */
  const calls = (refusal: number | undefined, paths: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/d/f", type: "file" }, { path: "/l", type: "symlink", target: "d" }])
      const real = openat2 as Openat2 // else this is skipped
      const here: Array<number> = []
      const root = yield* makeRoot(directory.path, {
        name: "",
        offMainThread: true,
        openat2: {
          ...real,
          open: (at, call) => {
            here.push(call.resolve)
            return (call.resolve & RESOLVE_CACHED) === 0 || refusal === undefined ? real.open(at, call) : -refusal
          }
        }
      })
      // Opening the root has made a call on procfs, to check that openat2 can be used.
      here.length = 0
      const answers: Array<unknown> = []
      for (const path of paths) {
        answers.push(yield* Effect.match(root.resolve(path), { onFailure: (error) => error.code, onSuccess: String }))
      }
      return { answers, here }
    })

  const asked = ["/d/f", "/l/f", "/nope", "/d/f", "/l/.."]
  const answers = ["/d/f", "/d/f", "ENOENT", "/d/f", "/"]

  it.scoped.each([undefined, EAGAIN])(
    "this thread makes only calls that cannot wait, even if they fail, errno: %s",
    (refusal) =>
      Effect.gen(function*() {
        const found = yield* calls(refusal, asked)
        expect(found.answers).toEqual(answers)
        expect(found.here.length).toBeGreaterThan(0)
        expect(found.here.every((resolve) => (resolve & RESOLVE_CACHED) !== 0)).toBe(true)
      })
  )

  it.scoped("a kernel that does not know the flag is called only once", () =>
    Effect.gen(function*() {
      expect(yield* calls(EINVAL, asked)).toMatchObject({ answers, here: [expect.any(Number)] })
    }))

  it.scoped("paths that the kernel resolves from its caches need no other thread", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/d/f", type: "file" }, { path: "/l", type: "symlink", target: "d" }])
      const root = yield* NodeRoot.make(directory.path, { offMainThread: true })
      // Following a new link changes its access time, which the kernel does only if it may wait.
      yield* root.resolve("/l/f")
      // Renames anywhere on the machine may send any path to another thread.
      const atOnce = Array.from({ length: 100 }, () => Effect.runSyncExit(root.resolve("/l/f"))).filter(Exit.isSuccess)
      expect(atOnce.length).toBeGreaterThan(0)
    }))
})
