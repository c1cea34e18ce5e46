/** What the contract does not check: descriptors, waiting, large files, errors, and roots that are moved. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { atRest, codeOf, descriptors, leavesNothing, settled, strategies, within } from "./fileSystems.js"

const world = temporary()
const root = `${world.path}/root`
Fs.mkdirSync(root)
materialize(root, [
  { path: "/d/e/f", type: "file" },
  { path: "/d/fifo", type: "fifo" },
  { path: "/ld", type: "symlink", target: "/d/../d" },
  { path: "/dang", type: "symlink", target: "../../d/landed" },
  { path: "/self", type: "symlink", target: "self" }
])
const big = new Uint8Array(5_000_000).map((_, i) => i % 251)
Fs.writeFileSync(`${root}/big`, big)
Fs.writeFileSync(`${world.path}/secret`, "secret")
afterAll(() => world[Symbol.dispose]())

/** A new root with a directory `d`. */
const fresh = () => {
  const box = temporary()
  Fs.mkdirSync(`${box.path}/root/d`, { recursive: true })
  return { ...box, root: `${box.path}/root`, [Symbol.dispose]: () => box[Symbol.dispose]() }
}

// Opens what is created only once (koffi, the threads of the pool, the inotify descriptor) before
// descriptors are counted.
for (const strategy of strategies) {
  await Effect.runPromise(
    within(root, strategy, (fs) =>
      Effect.all([
        fs.readFile("/d/e/f"),
        Effect.forkScoped(Stream.runDrain(fs.watch("/d"))).pipe(Effect.zipRight(Effect.yieldNow()), Effect.scoped)
      ]))
  )
}

describe.sequential.each(strategies)("NodeRootFileSystem: $name", (strategy) => {
  describe("descriptors", () => {
    it.effect("are closed after success and failure", () =>
      leavesNothing(within(root, strategy, (fs) =>
        Effect.gen(function*() {
          const held = yield* Effect.promise(atRest)
          for (const path of ["/", "/ld/e/f", "nope", "/self", "/d/e/f/x", "/d/fifo", `${"d/../".repeat(700)}d/e/f`]) {
            yield* Effect.forEach(
              [
                fs.readFile(path),
                fs.readDirectory(path, { recursive: true }),
                fs.stat(path),
                fs.realPath(path),
                fs.copyFile(path, `${path}/x`),
                fs.copy(path, `${path}/x`),
                fs.makeDirectory(path),
                fs.makeDirectory(`${path}/`, { recursive: true }),
                fs.rename(path, path),
                fs.link(path, path),
                fs.remove(`${path}/nope`, { recursive: true }),
                fs.writeFile(`${path}/`, big),
                Effect.scoped(fs.open(path, { flag: "r+" }))
              ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
              Effect.exit
            )
            expect(yield* settled(held)).toBe(held)
          }
        }))))

    it.effect("are closed after a defect while a file is open", () =>
      leavesNothing(Effect.gen(function*() {
        const exit = yield* Effect.exit(
          within(root, strategy, (fs) => Effect.scoped(Effect.zipRight(fs.open("/big"), Effect.die("no more"))))
        )
        expect(Exit.isFailure(exit)).toBe(true)
      })))

    it.effect("are closed if running operations are interrupted", () =>
      Effect.gen(function*() {
        using box = fresh()
        for (let i = 0; i < 300; i++) Fs.mkdirSync(`${box.root}/d/${i}/x`, { recursive: true })
        Fs.writeFileSync(`${box.root}/big`, big)
        for (const delay of [0, 1, 2, 5]) {
          yield* leavesNothing(within(box.root, strategy, (fs) =>
            Effect.gen(function*() {
              const fibers = yield* Effect.forEach(
                [
                  fs.readFile("/big"),
                  Stream.runDrain(fs.stream("/big", { chunkSize: 1000 })),
                  fs.writeFile("/new", big),
                  fs.copy("/d", `/copy${delay}`),
                  fs.copyFile("/big", `/big${delay}`),
                  fs.readDirectory("/", { recursive: true }),
                  fs.remove("/d", { recursive: true }),
                  Stream.runDrain(fs.watch("/", { recursive: true }))
                ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
                (effect) => Effect.fork(Effect.exit(effect))
              )
              yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, delay)))
              yield* Fiber.interruptAll(fibers)
            })))
        }
      }))

    it.effect("5,000 reads at once use one descriptor per file", () =>
      leavesNothing(within(root, strategy, (fs) =>
        Effect.gen(function*() {
          const before = yield* Effect.promise(atRest)
          let most = 0
          const read = (i: number) =>
            Effect.map(fs.readFile(i % 2 === 0 ? "/ld/e/f" : "/d/../d/e/f"), (bytes) => {
              if (i % 16 === 0) most = Math.max(most, descriptors())
              return bytes.length
            })
          const sizes = yield* Effect.forEach(Array.from({ length: 5_000 }, (_, i) => i), read, { concurrency: 500 })
          expect(new Set(sizes).size).toBe(1)
          // One for each fiber, and a few for the walks at any moment.
          expect(most - before).toBeLessThanOrEqual(500 + 16)
        }))))

    it.effect("5,000 trees at once wait for each other", () =>
      leavesNothing(within(root, strategy, (fs) =>
        Effect.gen(function*() {
          const before = yield* Effect.promise(atRest)
          let most = 0
          yield* Effect.forEach(Array.from({ length: 5_000 }), () =>
            Effect.tap(fs.readDirectory("/d", { recursive: true }), () => {
              most = Math.max(most, descriptors())
            }), { concurrency: "unbounded" })
          expect(most - before).toBeLessThanOrEqual(16 * 3)
        }))))

    it.effect("one walk of an operation does not close what the other walk needs", () =>
      Effect.gen(function*() {
        using box = fresh()
        materialize(box.root, [{ path: "/from/f", type: "file" }, { path: "/d/f", type: "file" }])
        // More directories than a walk keeps open.
        const far = `${"d/../".repeat(700)}to`
        yield* within(box.root, strategy, (fs) => fs.rename("/from/f", far))
        expect(Fs.readFileSync(`${box.root}/to`, "utf8")).toBe("content of /from/f\n")
        expect(Fs.readdirSync(`${box.root}/from`)).toEqual([])
        expect(Fs.readdirSync(`${box.root}/d`)).toEqual(["f"])
      }))

    it.effect("nothing is created through a link that dangles after a long path", () =>
      Effect.gen(function*() {
        using box = fresh()
        Fs.mkdirSync(`${box.root}/e`)
        Fs.symlinkSync(`../${"d/../".repeat(700)}nope`, `${box.root}/e/l`)
        const error = yield* Effect.flip(
          within(box.root, strategy, (fs) => fs.makeDirectory("/e/l", { recursive: true }))
        )
        expect(codeOf(error)).toBe("ENOENT")
        expect(Fs.readdirSync(box.root, { recursive: true }).toSorted()).toEqual(["d", "e", "e/l"])
      }))
  })

  describe("read-only", () => {
    it.effect("every change fails with EROFS before anything is looked up, and reads still work", () =>
      Effect.gen(function*() {
        using box = fresh()
        Fs.writeFileSync(`${box.root}/f`, "text")
        const before = Fs.lstatSync(`${box.root}/f`, { bigint: true }).ctimeNs
        yield* within(box.root, { ...strategy, readOnly: true }, (fs) =>
          Effect.gen(function*() {
            const now = new Date()
            for (const path of ["/f", "/nope/nope", "x\0", "/d"]) {
              const errors = yield* Effect.forEach(
                [
                  fs.access(path, { writable: true }),
                  fs.chmod(path, 0o777),
                  fs.chown(path, 1, 1),
                  fs.copy("/f", path),
                  fs.copyFile("/f", path),
                  fs.link("/f", path),
                  fs.makeDirectory(path),
                  fs.makeTempDirectory({ directory: path }),
                  fs.makeTempDirectory(),
                  Effect.scoped(fs.makeTempDirectoryScoped({ directory: path })),
                  fs.makeTempFile({ directory: path }),
                  Effect.scoped(fs.makeTempFileScoped({ directory: path })),
                  ...(["r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"] as const).map((flag) =>
                    Effect.scoped(fs.open(path, { flag }))
                  ),
                  fs.remove(path),
                  fs.remove(path, { recursive: true, force: true }),
                  fs.rename("/f", path),
                  Stream.run(Stream.make(big), fs.sink(path)),
                  fs.symlink("/f", path),
                  fs.truncate(path),
                  fs.utimes(path, now, now),
                  fs.writeFile(path, big),
                  fs.writeFileString(path, "")
                ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
                (effect) => Effect.flip(effect)
              )
              expect(errors.map(codeOf).filter((code) => code !== "EROFS")).toEqual([])
            }
            expect(yield* fs.readFileString("/f")).toBe("text")
            expect(yield* fs.readDirectory("/")).toEqual(["d", "f"])
            expect(yield* fs.exists("/nope")).toBe(false)
            yield* fs.access("/f", { readable: true })
            const file = yield* Effect.scoped(Effect.flatMap(fs.open("/f"), (file) => file.stat))
            expect(Number(file.size)).toBe(4)
            const written = yield* Effect.scoped(
              Effect.flatMap(fs.open("/f", { flag: "r" }), (file) => Effect.flip(file.writeAll(big)))
            )
            expect(codeOf(written)).toBe("EBADF")
          }))
        expect(Fs.readdirSync(box.root)).toEqual(["d", "f"])
        expect(Fs.lstatSync(`${box.root}/f`, { bigint: true }).ctimeNs).toBe(before)
      }))
  })

  describe("opening", () => {
    it.effect("a fifo never waits", () =>
      within(root, strategy, (fs) =>
        Effect.gen(function*() {
          expect((yield* fs.readFile("/d/fifo")).length).toBe(0)
          expect(yield* Stream.runCount(fs.stream("/d/fifo").pipe(Stream.catchAll(() => Stream.empty)))).toBe(0)
          const errors = yield* Effect.forEach(
            [
              fs.writeFile("/d/fifo", big),
              fs.truncate("/d/fifo"),
              fs.copyFile("/d/fifo", "/x"),
              fs.copyFile("/d/e/f", "/d/fifo"),
              fs.copy("/d/fifo", "/x")
            ],
            (effect) => Effect.flip(effect)
          )
          // A fifo is not even opened as the target of a copy, which would fail with ENXIO without a reader.
          expect(errors.map(codeOf)).toEqual(["ENXIO", "EINVAL", "EINVAL", "EINVAL", "ERR_FS_CP_FIFO_PIPE"])
        })))

    it.effect("creating a file through a dangling link stays in the root, and O_EXCL does not follow the link", () =>
      within(root, strategy, (fs) =>
        Effect.gen(function*() {
          const exclusive = yield* Effect.flip(fs.writeFile("/dang", big, { flag: "wx" }))
          expect(codeOf(exclusive)).toBe("EEXIST")
          expect(yield* fs.exists("/d/landed")).toBe(false)
          yield* fs.writeFileString("/dang", "here")
          expect(Fs.readFileSync(`${root}/d/landed`, "utf8")).toBe("here")
          expect(Fs.readdirSync(world.path)).toEqual(["root", "secret"])
          yield* fs.remove("/d/landed")
        })))

    it.effect("a file that is larger than memory is an error, not a defect", () =>
      Effect.gen(function*() {
        using box = fresh()
        Fs.writeFileSync(`${box.root}/f`, "")
        for (const size of [2 ** 31, 2 ** 42]) {
          Fs.truncateSync(`${box.root}/f`, size)
          const error = yield* Effect.flip(within(box.root, strategy, (fs) => fs.readFile("/f")))
          expect(codeOf(error)).toBe("ERR_FS_FILE_TOO_LARGE")
        }
      }))
  })

  it.effect("names that are not UTF-8 are escaped", () =>
    Effect.gen(function*() {
      using box = fresh()
      const name = Buffer.from([0x66, 0xff, 0xfe, 0x2e])
      const place = (...parts: ReadonlyArray<string | Buffer>) => Buffer.concat(parts.map((part) => Buffer.from(part)))
      Fs.mkdirSync(place(`${box.root}/d/`, name))
      Fs.writeFileSync(place(`${box.root}/d/`, name, "/", name), "bytes")
      yield* within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const [given = ""] = yield* fs.readDirectory("/d")
          expect(given).toBe("f\udcff\udcfe.")
          expect(yield* fs.readFileString(`/d/${given}/${given}`)).toBe("bytes")
          expect(yield* fs.realPath(`/d/${given}/../${given}`)).toBe(`/d/${given}`)
          yield* fs.copy("/d", "/copied")
          expect(yield* fs.readDirectory("/copied", { recursive: true })).toEqual([given, `${given}/${given}`])
          yield* fs.symlink(given, "/d/link")
          expect(yield* fs.readLink("/d/link")).toBe(given)
          yield* fs.rename(`/d/${given}`, `/d/x${given}`)
          yield* fs.remove("/copied", { recursive: true })
          const error = yield* Effect.flip(fs.readFile(`/d/${given}`))
          expect(String(error.message)).not.toContain(box.path)
        }))
      expect(Fs.readdirSync(`${box.root}/d`, "buffer").map((bytes) => bytes.toString("latin1")).toSorted())
        .toEqual(["link", "xf\xff\xfe."])
    }))

  it.effect("a root stays the same if it is renamed and another directory gets its name", () =>
    Effect.gen(function*() {
      using box = fresh()
      Fs.writeFileSync(`${box.root}/d/f`, "mine")
      yield* within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const file = yield* fs.open("/d/f")
          Fs.renameSync(box.root, `${box.path}/moved`)
          Fs.mkdirSync(`${box.root}/d`, { recursive: true })
          Fs.writeFileSync(`${box.root}/d/f`, "other")
          expect(yield* fs.readFileString("/d/f")).toBe("mine")
          expect(yield* fs.realPath("/d/../d/f")).toBe("/d/f")
          expect(Number((yield* file.stat).size)).toBe(4)
          yield* fs.writeFileString("/new", "new")
          yield* fs.copy("/d", "/copied")
          yield* fs.remove("/d", { recursive: true })
        }))
      expect(Fs.readdirSync(`${box.path}/moved`)).toEqual(["copied", "new"])
      expect(Fs.readdirSync(box.root)).toEqual(["d"])
      expect(Fs.readFileSync(`${box.root}/d/f`, "utf8")).toBe("other")
    }))

  it.effect("a copy ends if its target is moved into its source", () =>
    Effect.gen(function*() {
      using box = fresh()
      for (let i = 0; i < 200; i++) Fs.mkdirSync(`${box.root}/d/${i}`)
      Fs.mkdirSync(`${box.root}/d/zz`)
      const exit = yield* within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(fs.copy("/d", "/copied"))
          while (!Fs.existsSync(`${box.root}/copied`)) yield* Effect.yieldNow()
          Fs.renameSync(`${box.root}/copied`, `${box.root}/d/zz/copied`)
          return yield* Fiber.await(fiber)
        }))
      expect(Exit.isFailure(exit) && codeOf(yield* Effect.flip(exit))).toBe("ERR_FS_CP_EINVAL")
      expect(Fs.readdirSync(`${box.root}/d/zz/copied/zz`)).toEqual([])
    }))

  describe("large files", () => {
    it.effect("can be copied with stream and sink", () =>
      leavesNothing(within(root, strategy, (fs) =>
        Effect.gen(function*() {
          yield* Stream.run(fs.stream("/ld/../big", { chunkSize: 100_000 }), fs.sink("/written"))
          expect(Fs.readFileSync(`${root}/written`).equals(big)).toBe(true)
          const part = yield* Stream.runCollect(fs.stream("/written", { offset: 10, bytesToRead: 5 }))
          expect(Chunk.toReadonlyArray(part).flatMap((bytes) => [...bytes])).toEqual([10, 11, 12, 13, 14])
          yield* Stream.run(Stream.make(new Uint8Array([1, 2])), fs.sink("/written", { flag: "a" }))
          expect(Fs.statSync(`${root}/written`).size).toBe(big.length + 2)
          yield* fs.remove("/written")
        }))))
  })

  describe("errors", () => {
    it.effect("contain no host path, and have a ResolveError as cause if the path does not resolve", () =>
      within(root, strategy, (fs) =>
        Effect.gen(function*() {
          const errors = yield* Effect.forEach(
            [
              fs.readFile("/missing"),
              fs.readFile("/d/e/f/"),
              fs.stat("/self"),
              fs.realPath("/d/e/f/x"),
              fs.readDirectory("/d/missing/x"),
              fs.remove("/d"),
              fs.remove("/"),
              fs.readLink("/d"),
              fs.link("/d", "/x"),
              fs.rename("/d", "/d/e/x"),
              fs.symlink("x", "/d"),
              fs.makeDirectory("/d"),
              fs.copyFile("/d/e/f", "/d"),
              fs.writeFile("/d", big),
              fs.writeFile("/d/fifo", big),
              fs.chmod("/d", Number.NaN),
              fs.readFile("x\0y"),
              Stream.runDrain(fs.watch("/missing"))
            ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
            (effect) => Effect.flip(effect as Effect.Effect<unknown, { readonly cause?: unknown }>)
          )
          for (const error of errors) {
            const told = JSON.stringify([error, String(error), { ...error }, String(error.cause), {
              ...error.cause as object
            }])
            expect(told).not.toContain(world.path)
            expect(told).not.toContain("/proc/")
          }
          const tags = errors.slice(0, 5).map(({ cause }) => (cause as { readonly _tag?: string })._tag)
          expect(tags).toEqual(["PathNotFound", "NotADirectory", "SymlinkLoop", "NotADirectory", "PathNotFound"])
        })))
  })
})
