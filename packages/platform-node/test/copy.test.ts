/**
 * Compares copies with those of Node: the resulting files, files that cannot be copied or overwritten, and
 * errors without permission.
 */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import type { SystemCalls } from "../../node/src/internal/systemCalls.js"
import { codeOf, leavesNothing, strategies, within } from "./fileSystems.js"
import { patched, real } from "./patched.js"

const NOBODY = 65_534

const makeDevice = (path: string, minor: number) =>
  execFileSync("mknod", [path, "c", "1", String(minor)], { stdio: "pipe" })

const devices = judge(() => {
  using directory = temporary()
  try {
    makeDevice(`${directory.path}/zero`, 5)
    return undefined
  } catch (error) {
    return `devices cannot be created: ${String(error)}`
  }
}, true)

describe("copies have the same results as in Node", () => {
  const run = async (uid: number) => {
    using directory = temporary()
    Fs.chmodSync(directory.path, 0o777)
    Fs.mkdirSync(`${directory.path}/others/theirs`, { recursive: true })
    Fs.chmodSync(`${directory.path}/others/theirs`, 0o777)
    Fs.writeFileSync(`${directory.path}/others/file`, "somebody else's")
    Fs.chmodSync(`${directory.path}/others/file`, 0o666)
    const program = await bundled(new URL("./programs/copies.ts", import.meta.url))
    const options = { uid, gid: uid, cwd: "/", encoding: "utf8", timeout: 60_000 } as const
    return JSON.parse(execFileSync(process.execPath, [program, directory.path], options))
  }

  it("by the user who runs this", async () => {
    expect(await run(process.getuid?.() ?? NOBODY)).toEqual({ copies: 38, wrong: [] })
  })
  it.skipIf(without("root"))("by a user who is not root", async () => {
    expect(await run(NOBODY)).toEqual({ copies: 38, wrong: [] })
  })
})

/** Whether a descriptor is open for writing (`proc_pid_fdinfo(5)`). */
const isWritten = (fd: number): boolean =>
  (parseInt(/^flags:\s*(\d+)$/m.exec(Fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1] ?? "0", 8) & 3) !== 0

type CopyRange = NonNullable<SystemCalls["copyRange"]>["onPool"]

const copyingBy = ({ name, openat2 }: (typeof strategies)[number], onPool: CopyRange) => ({
  name,
  openat2: openat2 && { ...openat2, calls: { ...openat2.calls, copyRange: { now: () => -1, onPool } } }
})

describe.sequential.each(strategies)("copyFile: $name", (strategy) => {
  it.effect("refuses fifos and directories without waiting", () =>
    Effect.gen(function*() {
      using box = temporary()
      materialize(box.path, [{ path: "/f", type: "file" }, { path: "/fifo", type: "fifo" }, {
        path: "/d",
        type: "dir"
      }])
      yield* leavesNothing(within(box.path, strategy, (fs) =>
        Effect.gen(function*() {
          // With this reader, opening the fifo for writing would succeed, even a second time by its path.
          const reader = Fs.openSync(`${box.path}/fifo`, Fs.constants.O_RDONLY | Fs.constants.O_NONBLOCK)
          const answers = yield* Effect.forEach(
            [["/f", "/fifo"], ["/fifo", "/f"], ["/fifo", "/new"], ["/fifo", "/fifo"], ["/f", "/d"], [
              "/d",
              "/f"
            ]] as const,
            ([from, to]) => Effect.map(Effect.flip(fs.copyFile(from, to)), codeOf)
          )
          Fs.closeSync(reader)
          expect(answers).toEqual(["EINVAL", "EINVAL", "EINVAL", "EINVAL", "EISDIR", "EISDIR"])
        })))
      expect(Fs.readdirSync(box.path)).toEqual(["d", "f", "fifo"])
      expect(Fs.readFileSync(`${box.path}/f`, "utf8")).toBe("content of /f\n")
    }))

  it.effect.skipIf(without("root", devices))("a device inside the root is not opened", () =>
    Effect.gen(function*() {
      using box = temporary()
      Fs.writeFileSync(`${box.path}/f`, "text")
      // The same devices as /dev/zero and /dev/full.
      makeDevice(`${box.path}/zero`, 5)
      makeDevice(`${box.path}/full`, 7)
      yield* within(box.path, strategy, (fs) =>
        Effect.gen(function*() {
          for (const [from, to] of [["/f", "/zero"], ["/zero", "/f"], ["/full", "/f"], ["/f", "/full"]] as const) {
            expect(codeOf(yield* Effect.flip(fs.copyFile(from, to)))).toBe("EINVAL")
          }
        }))
      expect(Fs.readFileSync(`${box.path}/f`, "utf8")).toBe("text")
      expect(Fs.statSync(`${box.path}/zero`).isCharacterDevice()).toBe(true)
    }))

  it.effect("files whose inode numbers differ only beyond 2^53 are different files", () =>
    Effect.gen(function*() {
      using box = temporary()
      materialize(box.path, [{ path: "/a/f", type: "file" }, { path: "/b/f", type: "file" }])
      // Makes all inode numbers equal unless they are read as bigints, like numbers above 2^53 that are rounded.
      const inexact = (stats: object) => Object.assign(stats, { ino: 2 ** 60 })
      const { fstatSync, lstatSync } = real
      const patch = {
        fstatSync: (fd: number, options?: Fs.StatSyncOptions) =>
          options?.bigint === true ? fstatSync(fd, options) : inexact(fstatSync(fd, options) ?? {}),
        lstatSync: (path: Fs.PathLike, options?: Fs.StatSyncOptions) => {
          const stats = lstatSync(path, options)
          return stats === undefined || options?.bigint === true ? stats : inexact(stats)
        }
      } as Partial<typeof Fs> // overloads that no function expression has
      yield* within(box.path, strategy, (fs) =>
        patched(
          patch,
          Effect.gen(function*() {
            yield* fs.copyFile("/a/f", "/b/f")
            yield* fs.copy("/a", "/b/a")
          })
        ))
      expect(Fs.readFileSync(`${box.path}/b/f`, "utf8")).toBe("content of /a/f\n")
      expect(Fs.readFileSync(`${box.path}/b/a/f`, "utf8")).toBe("content of /a/f\n")
    }))

  it.effect("a file that is copied to itself, or to another name of itself, does not change", () =>
    Effect.gen(function*() {
      using box = temporary()
      Fs.writeFileSync(`${box.path}/f`, "text")
      Fs.linkSync(`${box.path}/f`, `${box.path}/g`)
      yield* within(box.path, strategy, (fs) => Effect.zipRight(fs.copyFile("/f", "/f"), fs.copyFile("/f", "/g")))
      expect(Fs.readFileSync(`${box.path}/f`, "utf8")).toBe("text")
    }))

  it.effect("files of procfs, whose size is 0, and large files are copied completely", () =>
    Effect.gen(function*() {
      using box = temporary()
      const big = new Uint8Array(5_000_001).map((_, i) => i % 251)
      Fs.writeFileSync(`${box.path}/big`, big)
      yield* within(box.path, strategy, (fs) => fs.copyFile("/big", "/copied"))
      expect(Fs.readFileSync(`${box.path}/copied`).equals(big)).toBe(true)
      yield* within("/", strategy, (fs) => fs.copyFile("/proc/version", `${box.path}/version`))
      expect(Fs.readFileSync(`${box.path}/version`, "utf8")).toBe(Fs.readFileSync("/proc/version", "utf8"))
    }))

  it.effect("a file that the kernel does not copy is read and written", () =>
    Effect.gen(function*() {
      using box = temporary()
      const big = new Uint8Array(1_000_001).map((_, i) => i % 251)
      Fs.writeFileSync(`${box.path}/big`, big)
      const copyRange = strategy.openat2?.calls.copyRange
      let calls = 0
      const onlyOnce: CopyRange = (from, to, length, done) =>
        ++calls % 2 === 0 || copyRange === undefined
          ? done(-1)
          : copyRange.onPool(from, to, Math.min(length, 300_001), done)
      const ended: CopyRange = (_from, _to, _length, done) => done(0)
      for (const copies of [onlyOnce, ended]) {
        yield* within(box.path, copyingBy(strategy, copies), (fs) => fs.copyFile("/big", "/copied"))
        expect(Fs.readFileSync(`${box.path}/copied`).equals(big)).toBe(true)
      }
      if (copyRange !== undefined) expect(calls).toBe(2)
    }))

  const failing = Object.assign(new Error("EIO"), { code: "EIO", syscall: "write" })

  it.effect("a copy that fails or is interrupted leaves no new file", () =>
    Effect.gen(function*() {
      using box = temporary()
      const big = new Uint8Array(5_000_000)
      Fs.mkdirSync(`${box.path}/d`)
      Fs.writeFileSync(`${box.path}/d/big`, big)
      Fs.writeFileSync(`${box.path}/old`, "old")
      const copies = within(
        box.path,
        copyingBy(strategy, (_from, _to, _length, done) => done(-1)),
        (fs) =>
          Effect.forEach(
            [fs.copyFile("/d/big", "/new"), fs.copyFile("/d/big", "/old"), fs.copy("/d", "/e")],
            (copy) => Effect.map(Effect.flip(copy), codeOf)
          )
      )
      const { close, closeSync, write } = real
      let calls = 0
      const failSecond = (
        ...args: [
          number,
          Uint8Array,
          number,
          number,
          null,
          (error: Error | null, written: number, data: Uint8Array) => void
        ]
      ) => ++calls % 2 === 0 ? setImmediate(() => args[5](failing, 0, args[1])) : write(...args)
      expect(yield* leavesNothing(patched({ write: failSecond as typeof write }, copies))).toEqual([
        "EIO",
        "EIO",
        "EIO"
      ])
      expect(Fs.readdirSync(box.path, { recursive: true }).toSorted()).toEqual(["d", "d/big", "e", "old"])

      const failClose = ((fd: number, done: (error: Error) => void) => close(fd, () => done(failing))) as typeof close
      let isLooking = false
      const failCloseSync = (fd: number): void => {
        // `isWritten` itself opens and closes a descriptor.
        if (isLooking) return closeSync(fd)
        isLooking = true
        const wasWritten = isWritten(fd)
        isLooking = false
        closeSync(fd)
        if (wasWritten) throw failing
      }
      expect(yield* leavesNothing(patched({ close: failClose, closeSync: failCloseSync }, copies))).toEqual([
        "EIO",
        "EIO",
        "EIO"
      ])
      expect(Fs.readdirSync(box.path, { recursive: true }).toSorted()).toEqual(["d", "d/big", "e", "old"])

      yield* leavesNothing(within(box.path, strategy, (fs) =>
        Effect.gen(function*() {
          for (const copy of [fs.copyFile("/d/big", "/new"), fs.copy("/d", "/e")]) {
            const fiber = yield* Effect.fork(copy)
            while (!["new", "e/big"].some((name) => Fs.existsSync(`${box.path}/${name}`))) yield* Effect.yieldNow()
            expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
          }
        })))
      expect(Fs.readdirSync(box.path, { recursive: true }).toSorted()).toEqual(["d", "d/big", "e", "old"])
    }))
})
