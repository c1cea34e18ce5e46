/**
 * A root that contains a hung mount: `node hung.mjs <directory>`, in its own mount namespace. No process serves the
 * FUSE file system at `<directory>/hung`. Prints the results of the calls, and then kills itself: a process cannot exit
 * while its threads hang.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import koffi from "koffi"
import { stat } from "node:fs/promises"
import { closeSync, openSync, readdirSync, readlinkSync, writeSync } from "node:fs"
import { FileSystem } from "@effect/platform/FileSystem"
import { RootDirectory } from "@procfsroot/platform"
import { layerWith } from "../../src/internal/nodeRootFileSystem.js"
import { strategies as fileStrategies } from "../fileSystems.js"
import { makeRoot, strategies, type Strategy } from "../strategies.js"

const [box = ""] = process.argv.slice(2)
const libc = koffi.load(null)
const mount = libc.func("int mount(str, str, str, ulong, str)")

const say = (result: unknown): never => {
  writeSync(1, JSON.stringify(result))
  return process.kill(process.pid, "SIGKILL") as never // it does not return
}

/** How many files of the root and of FUSE are open. */
const open = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(box) || path === "/dev/fuse"
    } catch {
      return false // the descriptor with which the list is read
    }
  }).length

const fuse = openSync("/dev/fuse", "r+")
if (mount("none", `${box}/hung`, "fuse", 0, `fd=${fuse},rootmode=40000,user_id=0,group_id=0`) < 0) {
  throw new Error(`a FUSE file system cannot be mounted: errno ${koffi.errno()}`)
}

let ticks = 0
setInterval(() => ticks++, 5)

/** The result of an effect, or its error and whether the event loop ran meanwhile. */
const within = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.suspend(() => {
    const before = ticks
    return Effect.map(
      Effect.either(Effect.timeout(Effect.scoped(effect), 150)),
      Either.match({
        onLeft: (error) => [(error as { _tag: string })._tag, ticks > before ? "ticked" : "stood still"],
        onRight: (answer) => [answer]
      })
    )
  })

/** Whether Node's own thread pool responds. */
const pool = Effect.map(
  Effect.timeoutOption(Effect.promise(() => stat("/")), 1_000),
  (found) => found._tag === "Some" ? "free" : "held up"
)

const check = (strategy: Strategy) =>
  Effect.scoped(Effect.gen(function*() {
    const root = yield* makeRoot(box, strategy)
    const other = yield* makeRoot(box, strategy)
    const paths = Array.from({ length: 16 }, (_, i) => `/into/${i}`)
    return {
      name: strategy.name,
      resolve: yield* within(root.resolve("/into/x")),
      locate: yield* within(root.locate("/hung/x/y")),
      batch: yield* within(root.resolveAll(["/ok", "/hung/x", "/ok"])),
      inside: yield* within(makeRoot(`${box}/hung/inside`, strategy)),
      meanwhile: yield* root.resolve("/toOk"),
      all: (yield* root.resolveAll(["/ok", "/nope"])).map(({ _tag }) => _tag),
      sixteen: yield* within(Effect.forEach(paths, (path) => root.resolve(path), { concurrency: "unbounded" })),
      // `locate` does not use the kernel's caches.
      other: (yield* other.locate("/toOk")).deepest,
      pool: yield* pool
    }
  }))

/** The same for file operations. */
const checkFiles = (name: string, openat2: Strategy["openat2"]) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem
    const directory = yield* RootDirectory.RootDirectory
    const paths = Array.from({ length: 16 }, (_, i) => `/into/${i}`)
    return {
      name,
      stat: yield* within(fs.stat("/into/x")),
      copy: yield* within(fs.copy("/hung", "/copy")),
      open: yield* within(fs.open("/into/x")),
      stream: yield* within(Stream.runDrain(fs.stream("/into/x"))),
      sink: yield* within(Stream.run(Stream.empty, fs.sink("/into/x"))),
      subRoot: yield* within(directory.subRoot("/into/x")),
      openDescriptor: yield* within(directory.openDescriptor("/into/x")),
      sixteen: yield* within(Effect.forEach(paths, (path) => fs.readFile(path), { concurrency: "unbounded" })),
      meanwhile: yield* Effect.forEach(
        ["/a", "/b"],
        (path) => Effect.zipRight(fs.writeFileString(path, path), fs.readFileString(path)),
        { concurrency: "unbounded" }
      ),
      file: yield* Effect.scoped(Effect.flatMap(fs.open("/a"), (file) => Effect.map(file.stat, ({ type }) => type))),
      pool: yield* pool
    }
  }).pipe(Effect.provide(layerWith(box, { offMainThread: true }, openat2)))

const program = Effect.gen(function*() {
  const [first] = strategies.filter(({ offMainThread }) => offMainThread)
  if (first !== undefined) yield* Effect.scoped(Effect.flatMap(makeRoot(box, first), (root) => root.resolve("/ok")))
  const before = open()
  const answers = yield* Effect.forEach(strategies.filter(({ offMainThread }) => offMainThread), check)
  const files = yield* Effect.forEach(fileStrategies, ({ name, openat2 }) => checkFiles(name, openat2))
  // Ends the mount, so that every call that hangs fails with ENOTCONN.
  closeSync(fuse)
  for (let turn = 0; turn < 400 && open() > before - 1; turn++) yield* Effect.sleep(5)
  return { answers, files, left: open() - (before - 1) }
})

say(await Effect.runPromise(program))
