/** Writes that a file system does not accept, or that fail when the file is closed. */
import { FileSystem } from "@effect/platform/FileSystem"
import { NodeFileSystem } from "@procfsroot/testkit/platformNode"
import { describe, expect, it } from "@effect/vitest"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { O_PATH } from "../../node/src/internal/constants.js"
import { codeOf, leavesNothing, strategies, within } from "./fileSystems.js"
import { patched, real } from "./patched.js"

const text = new TextEncoder().encode("text")
const failure = Object.assign(new Error("EIO"), { code: "EIO", syscall: "close" })

/** Whether `fd` is a regular file that is open for reading or writing: closing an O_PATH descriptor never fails. */
const isFile = (fd: number): boolean => {
  const flags = /^flags:\s*(\d+)$/m.exec(Fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0"
  return (Number.parseInt(flags, 8) & O_PATH) === 0 && Fs.fstatSync(fd).isFile()
}

const box = () => {
  const directory = temporary()
  for (const name of ["f", "g"]) Fs.writeFileSync(`${directory.path}/${name}`, "before")
  return directory
}

describe.sequential.each(strategies)("NodeRootFileSystem: $name", (strategy) => {
  describe("a close that fails", () => {
    const { close, closeSync } = real
    /** As on NFS, or if a quota is exceeded: the descriptor is closed, but EIO reports that the data was not stored. */
    const failing: Partial<typeof Fs> = {
      close: ((fd: number, done: (error: Error) => void) => close(fd, () => done(failure))) as typeof close,
      closeSync: (fd) => {
        const opened = isFile(fd)
        closeSync(fd)
        if (opened) throw failure
      }
    }

    it.effect("after writing is an error of the operation", () =>
      Effect.gen(function*() {
        using directory = box()
        const errors = yield* leavesNothing(within(directory.path, strategy, (fs) =>
          patched(
            failing,
            Effect.forEach(
              [
                fs.writeFile("/f", text),
                fs.writeFileString("/new", "text", { flag: "wx" }),
                Stream.run(Stream.make(text), fs.sink("/f")),
                fs.copyFile("/f", "/copied")
              ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
              (effect) => Effect.flip(effect)
            )
          )))
        expect(errors.map(codeOf)).toEqual(["EIO", "EIO", "EIO", "EIO"])
        expect(errors.map((error) => (error as { readonly method?: string }).method))
          .toEqual(["writeFile", "writeFile", "open", "copyFile"])
      }))

    it.effect("after reading is ignored", () =>
      Effect.gen(function*() {
        using directory = box()
        const read = yield* leavesNothing(within(directory.path, strategy, (fs) =>
          patched(
            failing,
            Effect.all([
              fs.readFileString("/f"),
              Stream.mkString(Stream.decodeText(fs.stream("/f"))),
              Effect.scoped(Effect.as(fs.open("/f"), "closed"))
            ])
          )))
        expect(read).toEqual(["before", "before", "closed"])
      }))

    it.effect("at the end of a scope is a defect, unless the file was only read", () =>
      Effect.gen(function*() {
        using directory = box()
        const exit = yield* Effect.exit(leavesNothing(within(directory.path, strategy, (fs) =>
          patched(
            failing,
            Effect.gen(function*() {
              const scope = yield* Scope.make()
              const file = yield* Scope.extend(fs.open("/f", { flag: "r+" }), scope)
              yield* file.writeAll(text)
              yield* Scope.close(scope, Exit.void)
            })
          ))))
        expect(Exit.isFailure(exit) && codeOf(Cause.squash(exit.cause))).toBe("EIO")
      }))
  })

  describe("a write that writes nothing", () => {
    it.effect("ends with WriteZero", () =>
      Effect.gen(function*() {
        using directory = box()
        const { write } = real
        let calls = 0
        const nothing = (
          ...args: [number, Uint8Array, number, number, null, (error: null, written: number) => void]
        ) => {
          // The operation must not try again forever.
          if (++calls > 100) throw new Error("asked again and again")
          setImmediate(() => args[5](null, 0))
        }
        const reasons = yield* leavesNothing(within(directory.path, strategy, (fs) =>
          patched(
            // In a file system in memory, small writes are synchronous.
            { write: nothing as unknown as typeof write, writeSync: () => 0 }, // only the overloads that are used
            Effect.forEach(
              [
                fs.writeFile("/f", text),
                fs.copyFile("/g", "/new"),
                Stream.run(Stream.make(text), fs.sink("/f")),
                Effect.scoped(Effect.flatMap(fs.open("/f", { flag: "r+" }), (file) => file.writeAll(text)))
              ],
              (effect) => Effect.map(Effect.flip(effect), (error) => error._tag === "SystemError" && error.reason)
            )
          )))
        expect(reasons).toEqual(["WriteZero", "WriteZero", "WriteZero", "WriteZero"])
      }))

    it.effect("because there is nothing to write fails with WriteZero in the same cases as in Node", () =>
      Effect.gen(function*() {
        using directory = box()
        const empty = new Uint8Array(0)
        const answers = yield* within(directory.path, strategy, (fs) =>
          Effect.forEach(
            [
              fs.writeFile("/f", empty),
              Stream.run(Stream.empty, fs.sink("/f")),
              Stream.run(Stream.make(empty), fs.sink("/f")),
              Effect.scoped(Effect.flatMap(fs.open("/f", { flag: "r+" }), (file) => file.write(empty))),
              Effect.scoped(Effect.flatMap(fs.open("/f", { flag: "r+" }), (file) => file.writeAll(empty)))
            ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
            (effect) => Effect.match(effect, { onFailure: (error) => error, onSuccess: () => "ok" })
          ))
        expect(answers).toMatchObject(["ok", "ok", { reason: "WriteZero" }, "ok", { reason: "WriteZero" }])
      }))
  })

  it.effect("the times of a file are those of NodeFileSystem, to the millisecond", () =>
    Effect.gen(function*() {
      using directory = box()
      for (const time of [2.0004, 2.0006, 1_700_000_000.9996, -1.0006]) {
        const path = `${directory.path}/f`
        Fs.utimesSync(path, new Date(time * 1_000), time < 0 ? new Date(time * 1_000) : time)
        const node = yield* Effect.flatMap(FileSystem, (fs) => fs.stat(path))
        const { atime, mtime } = yield* within(directory.path, strategy, (fs) => fs.stat("/f"))
        expect({ atime, mtime }).toEqual({ atime: node.atime, mtime: node.mtime })
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("options may be undefined", () =>
    Effect.gen(function*() {
      using directory = box()
      const undecided = { readOnly: undefined, strategy: undefined, native: undefined, offMainThread: undefined }
      const read = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/f"))
      expect(yield* Effect.provide(read, NodeRootFileSystem.layer(directory.path, undecided))).toBe("before")
    }))
})
