/**
 * What outlives its root. Eight other directories take the numbers that the root's descriptors had; whatever is asked then
 * must fail with EBADF, and leave them as they are.
 */
import { type File, FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { NodeRootFileSystem, Wormhole } from "@procfsroot/platform-node"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { constants } from "node:os"
import { open as openRoot } from "../src/internal/nodeRoot.js"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { load } from "./binding.js"
import { descriptors, settled, strategies } from "./fileSystems.js"
import { ask, makeRoot, strategies as roots } from "./strategies.js"

const STRANGERS = 8
const RESOLVE_CACHED = 0x20

/** A tree whose every name is also in a stranger's. */
const fill = (directory: string, content: string): void => {
  Fs.mkdirSync(`${directory}/d/e`, { recursive: true })
  Fs.mkdirSync(`${directory}/tmp`)
  Fs.writeFileSync(`${directory}/f`, content)
  Fs.writeFileSync(`${directory}/d/f`, content)
  Fs.symlinkSync("f", `${directory}/l`)
}

const whole = (directory: string): string =>
  JSON.stringify(
    Fs.readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
      const place = `${entry.parentPath}/${entry.name}`
      const { ino, mode, mtimeMs, nlink, size, uid } = Fs.lstatSync(place)
      return [place, ino, mode, mtimeMs, nlink, size, uid, entry.isFile() ? Fs.readFileSync(place, "utf8") : ""]
    })
  )

interface World extends Disposable {
  readonly own: string
  /** Takes the lowest numbers that are free for the strangers' directories. */
  readonly takeNumbers: () => void
  readonly strangers: () => string
}

const makeWorld = (): World => {
  const directory = temporary()
  const own = `${directory.path}/own`
  const others = Array.from({ length: STRANGERS }, (_, i) => `${directory.path}/other${i}`)
  for (const path of [own, ...others]) {
    Fs.mkdirSync(path)
    fill(path, path === own ? "own" : "a stranger's")
  }
  const taken: Array<number> = []
  return {
    own,
    takeNumbers: () => {
      for (const path of others) taken.push(Fs.openSync(path, "r"))
    },
    strangers: () => others.map(whole).join("\n"),
    [Symbol.dispose]: () => {
      for (const fd of taken) Fs.closeSync(fd)
      directory[Symbol.dispose]()
    }
  }
}

const bytes = new TextEncoder().encode("written")

/** Every method of the service, and what is made of it. */
const calls: { readonly [M in keyof FileSystem]: (fs: FileSystem) => Effect.Effect<unknown, unknown, Scope.Scope> } = {
  access: (fs) => fs.access("/f"),
  chmod: (fs) => fs.chmod("/f", 0o600),
  chown: (fs) => fs.chown("/f", 1, 1),
  copy: (fs) => fs.copy("/d", "/copied"),
  copyFile: (fs) => fs.copyFile("/f", "/copied"),
  exists: (fs) => fs.exists("/f"),
  link: (fs) => fs.link("/f", "/linked"),
  makeDirectory: (fs) => fs.makeDirectory("/made/deep", { recursive: true }),
  makeTempDirectory: (fs) => fs.makeTempDirectory(),
  makeTempDirectoryScoped: (fs) => fs.makeTempDirectoryScoped(),
  makeTempFile: (fs) => fs.makeTempFile(),
  makeTempFileScoped: (fs) => fs.makeTempFileScoped(),
  open: (fs) => fs.open("/f", { flag: "r+" }),
  readDirectory: (fs) => fs.readDirectory("/", { recursive: true }),
  readFile: (fs) => fs.readFile("/f"),
  readFileString: (fs) => fs.readFileString("/f"),
  readLink: (fs) => fs.readLink("/l"),
  realPath: (fs) => fs.realPath("/l"),
  remove: (fs) => fs.remove("/d", { recursive: true }),
  rename: (fs) => fs.rename("/f", "/renamed"),
  sink: (fs) => Stream.run(Stream.make(bytes), fs.sink("/f")),
  stat: (fs) => fs.stat("/f"),
  stream: (fs) => Stream.runCollect(fs.stream("/f")),
  symlink: (fs) => fs.symlink("f", "/linked"),
  truncate: (fs) => fs.truncate("/f"),
  utimes: (fs) => fs.utimes("/f", 1, 1),
  watch: (fs) => Stream.runHead(fs.watch("/")),
  writeFile: (fs) => fs.writeFile("/f", bytes),
  writeFileString: (fs) => fs.writeFileString("/f", "written")
}

const fileCalls: {
  readonly [M in Exclude<keyof File, "fd" | "seek" | symbol>]: (file: File) => Effect.Effect<unknown, unknown>
} = {
  read: (file) => file.read(new Uint8Array(4)),
  readAlloc: (file) => file.readAlloc(4),
  stat: (file) => file.stat,
  sync: (file) => file.sync,
  truncate: (file) => file.truncate(1),
  write: (file) => file.write(bytes),
  writeAll: (file) => file.writeAll(bytes)
}

/** The errno of a typed failure; anything else is told as it is. */
const errno = (exit: Exit.Exit<unknown, unknown>): unknown => {
  if (Exit.isSuccess(exit)) return { succeeded: exit.value }
  const failure = Cause.failureOption(exit.cause)
  if (failure._tag === "None") return { died: Cause.pretty(exit.cause) }
  const error = failure.value as { readonly code?: string; readonly cause?: { readonly code?: string } }
  return error.code ?? error.cause?.code
}

const allFail = (fs: FileSystem) =>
  Effect.gen(function*() {
    const told: Record<string, unknown> = {}
    for (const [method, call] of Object.entries(calls)) {
      told[method] = errno(yield* Effect.exit(Effect.scoped(call(fs))))
    }
    expect(told).toEqual(Object.fromEntries(Object.keys(calls).map((method) => [method, "EBADF"])))
  })

const layers = (own: string): ReadonlyArray<readonly [string, Layer.Layer<FileSystem, unknown>]> => [
  ...strategies.map(({ name, openat2 }) => [name, layerWith(own, {}, openat2)] as const),
  ["read-only", NodeRootFileSystem.layer(own, { readOnly: true })],
  ["a wormhole", Wormhole.fileSystem({ pid: process.pid })]
]

describe("a FileSystem after its root has closed", () => {
  for (const [i, [name]] of layers("").entries()) {
    it.effect(name, () =>
      Effect.gen(function*() {
        using world = makeWorld()
        const layer = layers(world.own)[i]?.[1] ?? Layer.die("no layer")
        const fs = yield* Effect.provide(FileSystem, layer)
        world.takeNumbers()
        const before = [whole(world.own), world.strangers()]
        yield* allFail(fs)
        expect([whole(world.own), world.strangers()]).toEqual(before)
      }))
  }
})

describe.each(strategies)("what outlives the layer: $name", ({ openat2 }) => {
  const provided = <A, E>(own: string, use: (fs: FileSystem) => Effect.Effect<A, E, Scope.Scope>) =>
    Effect.provide(Effect.flatMap(FileSystem, use), layerWith(own, {}, openat2))

  it.scoped("an open file works until its own scope ends, and then answers EBADF", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const scope = yield* Scope.make()
      const file = yield* Scope.extend(provided(world.own, (fs) => fs.open("/f", { flag: "r+" })), scope)
      world.takeNumbers()
      expect(String(yield* Effect.map(file.readAlloc(3), (read) => new TextDecoder().decode(Option.getOrThrow(read)))))
        .toBe("own")
      yield* Scope.close(scope, Exit.void)
      expect(file.fd).toBe(-1)
      const before = [whole(world.own), world.strangers()]
      for (let i = 0; i < 4; i++) Fs.openSync(`${world.own}/d/f`, "r+")
      for (const [method, call] of Object.entries(fileCalls)) {
        expect([method, errno(yield* Effect.exit(call(file)))]).toEqual([method, "EBADF"])
      }
      expect([whole(world.own), world.strangers()]).toEqual(before)
    }))

  it.scoped("a file that is read while its scope ends is closed after the read", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const before = descriptors()
      const scope = yield* Scope.make()
      const file = yield* Scope.extend(provided(world.own, (fs) => fs.open("/f")), scope)
      const read = yield* Effect.fork(file.readAlloc(3))
      yield* Effect.yieldNow()
      yield* Scope.close(scope, Exit.void)
      expect(yield* Fiber.join(read)).toEqual(Option.some(new TextEncoder().encode("own")))
      expect(descriptors()).toBe(before)
    }))

  it.effect("a scoped temporary directory is removed, and so is a file's", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const before = descriptors()
      yield* Effect.scoped(Effect.gen(function*() {
        yield* provided(world.own, (fs) => fs.makeTempDirectoryScoped())
        yield* provided(world.own, (fs) => fs.makeTempFileScoped())
        expect(Fs.readdirSync(`${world.own}/tmp`)).toHaveLength(2)
        world.takeNumbers()
      }))
      expect(Fs.readdirSync(`${world.own}/tmp`)).toEqual([])
      expect(descriptors()).toBe(before + STRANGERS)
    }))

  it.effect("a watch goes on", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(layerWith(world.own, {}, openat2), scope)
      const fs = Context.get(context, FileSystem)
      const before = descriptors()
      const event = yield* Effect.fork(Stream.runHead(fs.watch("/d")))
      yield* Effect.promise(async () => {
        while (descriptors() === before) await new Promise(setImmediate)
      })
      yield* Scope.close(scope, Exit.void)
      world.takeNumbers()
      yield* Effect.sync(() => Fs.writeFileSync(`${world.own}/d/new`, ""))
      expect(yield* Fiber.join(event)).toMatchObject({ value: { path: "new" } })
    }))

  it.effect("operations under way come to their end, and the root closes after them", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      for (let i = 0; i < 3_000; i++) Fs.writeFileSync(`${world.own}/d/${i}`, "")
      const before = descriptors()
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(layerWith(world.own, {}, openat2), scope)
      const fs = Context.get(context, FileSystem)
      const copied = yield* Effect.fork(fs.copy("/d/e", "/copied"))
      const removed = yield* Effect.fork(fs.remove("/d", { recursive: true }))
      yield* Effect.yieldNow()
      yield* Scope.close(scope, Exit.void)
      const strangers = world.strangers()
      world.takeNumbers()
      yield* Fiber.joinAll([copied, removed])
      expect(Fs.readdirSync(world.own).toSorted()).toEqual(["copied", "f", "l", "tmp"])
      expect(world.strangers()).toBe(strangers)
      expect(descriptors()).toBe(before + STRANGERS)
    }))
})

describe.each(roots)("a Root after it has closed: $name", (strategy) => {
  it.effect("fails with RootClosed, whatever it is asked", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const root = yield* Effect.scoped(makeRoot(world.own, strategy))
      world.takeNumbers()
      const paths = ["/f", "/", "/l", "/nope"]
      expect(yield* ask(strategy, root, paths, {})).toEqual(paths.map(() => ({ errno: "EBADF" })))
      const closed = { _tag: "RootClosed", root: world.own, path: "/f", at: "/" }
      expect(yield* Effect.flip(root.resolve("/f"))).toMatchObject(closed)
      expect(yield* root.locate("/f")).toMatchObject({ deepest: "/", remaining: "/f", error: closed })
      expect(yield* root.explain("/f")).toMatchObject({ hops: [], result: Either.left(closed) })
      expect(yield* root.resolveAll(["/f"])).toMatchObject([Either.left(closed)])
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(root.resolveStream(Stream.make("/f")))))
        .toMatchObject([Either.left(closed)])
    }))
})

describe("requests in the thread pool's queue", () => {
  const queued = ["kernel", "walk"] as const
  it.effect.each(queued)("that are interrupted never meet another directory: %s", (how) =>
    Effect.gen(function*() {
      using world = makeWorld()
      const openat2 = how === "kernel" ? load() : undefined
      const seen: Array<string> = []
      const spying = openat2 && {
        ...openat2,
        // Nothing is in the kernel's memory, so that it would have to wait.
        open: (directory: number, call: Parameters<typeof openat2.open>[1]) =>
          (call.resolve & RESOLVE_CACHED) === 0 ? openat2.open(directory, call) : -constants.errno.EAGAIN,
        openAsync: (directory: number, call: Parameters<typeof openat2.openAsync>[1], done: (fd: number) => void) => {
          // It leaves the queue late, when whoever asked has gone.
          setTimeout(() => {
            seen.push(Fs.readlinkSync(`/proc/self/fd/${directory}`))
            openat2.openAsync(directory, call, done)
          }, 20)
        }
      }
      const before = descriptors()
      const scope = yield* Scope.make()
      const { root } = yield* Scope.extend(openRoot(world.own, { offMainThread: true }, spying), scope)
      const fibers = yield* Effect.forEach(
        Array.from({ length: 50 }, () => "/d/f"),
        (path) => Effect.forkDaemon(root.resolve(path))
      )
      yield* Effect.yieldNow()
      yield* Fiber.interruptAll(fibers)
      yield* Scope.close(scope, Exit.void)
      world.takeNumbers()
      expect(yield* settled(before + STRANGERS)).toBe(before + STRANGERS)
      if (how === "kernel") expect(new Set(seen)).toEqual(new Set([world.own]))
    }))
})

describe("many roots", () => {
  it.effect("opened and closed side by side, under load, meet nobody's files but their own", () =>
    Effect.gen(function*() {
      using world = makeWorld()
      const before = descriptors()
      const strangers = world.strangers()
      const one = (i: number) =>
        Effect.gen(function*() {
          const { name, openat2 } = strategies[i % strategies.length] ?? { name: "none", openat2: undefined }
          const scope = yield* Scope.make()
          const context = yield* Layer.buildWithScope(layerWith(world.own, {}, openat2), scope)
          const fs = Context.get(context, FileSystem)
          const fiber = yield* Effect.fork(Effect.exit(Effect.forEach([1, 2, 3], () => fs.readFileString("/d/f"))))
          if (i % 3 === 0) yield* Effect.yieldNow()
          yield* Scope.close(scope, Exit.void)
          const exit = yield* Fiber.join(fiber)
          const own = Exit.isSuccess(exit)
            ? exit.value.every((content) => content === "own")
            : errno(exit) === "EBADF"
          expect([name, own, own ? "" : errno(exit)]).toEqual([name, true, ""])
          expect(errno(yield* Effect.exit(fs.readFileString("/d/f")))).toBe("EBADF")
        })
      yield* Effect.forEach(Array.from({ length: 1_000 }, (_, i) => i), one, { concurrency: 100, discard: true })
      expect(yield* settled(before)).toBe(before)
      expect(world.strangers()).toBe(strangers)
    }))
})
