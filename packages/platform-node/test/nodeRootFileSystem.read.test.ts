/** Reading files that are large or have no end, and files on which another process has a lease. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { judge, without } from "@procfsroot/testkit/judges"
import { koffi } from "@procfsroot/testkit/native"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { codeOf, leavesNothing, strategies, within } from "./fileSystems.js"

const text = new TextEncoder().encode("text")

/** `fcntl(2)`: these numbers are the same on every architecture. */
const [F_SETSIG, F_SETLEASE, F_WRLCK, F_UNLCK, SIGURG] = [10, 1024, 1, 2, 23]

/** Takes a lease on a file: opening it then waits until the lease is broken, after 45 seconds. */
const lease = (path: string) => {
  const fcntl = koffi().load(null).func("int fcntl(int fd, int command, int argument)")
  const fd = Fs.openSync(path, Fs.constants.O_RDWR)
  // By default, the kernel sends SIGIO to the holder, which would end the process; SIGURG is ignored.
  const failed = fcntl(fd, F_SETSIG, SIGURG) < 0 || fcntl(fd, F_SETLEASE, F_WRLCK) < 0
  return {
    failed,
    [Symbol.dispose]: () => {
      fcntl(fd, F_SETLEASE, F_UNLCK)
      Fs.closeSync(fd)
    }
  }
}

const leases = judge(() => {
  using directory = temporary()
  Fs.writeFileSync(`${directory.path}/f`, "")
  using held = lease(`${directory.path}/f`)
  return held.failed ? "leases are not permitted here" : undefined
})

/** Whether there is a device that returns bytes without end. */
const endless = judge(() => {
  try {
    return Fs.statSync("/dev/zero").isCharacterDevice() ? undefined : "/dev/zero is not a device"
  } catch (error) {
    return `there is no /dev/zero: ${String(error)}`
  }
})

describe.sequential.each(strategies)("NodeRootFileSystem: $name", (strategy) => {
  it.effect.skipIf(without("koffi", leases))(
    "a file on which somebody has a lease fails with EAGAIN at once",
    () =>
      Effect.gen(function*() {
        using directory = temporary()
        for (const name of ["f", "g"]) Fs.writeFileSync(`${directory.path}/${name}`, name)
        const start = performance.now()
        const errors = yield* leavesNothing(within(directory.path, strategy, (fs) =>
          Effect.gen(function*() {
            using _ = lease(`${directory.path}/f`)
            return yield* Effect.forEach(
              [
                fs.readFile("/f"),
                fs.writeFile("/f", text),
                fs.writeFile("/f", text, { flag: "a" }),
                fs.truncate("/f"),
                fs.copyFile("/f", "/new"),
                fs.copyFile("/g", "/f"),
                fs.copy("/f", "/new"),
                Stream.runDrain(fs.stream("/f")),
                Stream.run(Stream.make(text), fs.sink("/f"))
              ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
              (effect) => Effect.flip(effect)
            )
          })))
        expect(errors.map(codeOf)).toEqual(errors.map(() => "EAGAIN"))
        expect(performance.now() - start).toBeLessThan(10_000)
        expect(Fs.readdirSync(directory.path)).toEqual(["f", "g"])
        expect(Fs.readFileSync(`${directory.path}/f`, "utf8")).toBe("f")
      })
  )

  it.effect("a file of any size is read completely", () =>
    Effect.gen(function*() {
      using directory = temporary()
      for (const size of [0, 1, 1_048_575, 1_048_576, 1_048_577, 3_000_001]) {
        const bytes = new Uint8Array(size).map((_, i) => i % 251)
        Fs.writeFileSync(`${directory.path}/f`, bytes)
        const read = yield* within(directory.path, strategy, (fs) => fs.readFile("/f"))
        expect(Buffer.from(bytes).equals(read)).toBe(true)
      }
      const version = yield* within("/", strategy, (fs) => fs.readFileString("/proc/version"))
      expect(version).toBe(Fs.readFileSync("/proc/version", "utf8"))
    }))
})

// Only one strategy: how the file is found makes no difference, and reading two gigabytes takes long.
describe.skipIf(without(endless)).each(strategies.slice(0, 1))("a file without an end", (strategy) => {
  // In another process: libc would keep the two gigabytes in this one, and the more memory a process has, the longer it
  // takes to start others, which the test files that follow do thousands of times.
  it("fails at the size at which Node would fail", async () => {
    const program = await bundled(new URL("./programs/endless.ts", import.meta.url))
    const { after, before, code } = JSON.parse(execFileSync(process.execPath, [program], { encoding: "utf8" }))
    expect(code).toBe("ERR_FS_FILE_TOO_LARGE")
    expect(after).toBe(before)
  }, 60_000)

  it.live("can be interrupted", () =>
    leavesNothing(within("/", strategy, (fs) =>
      Effect.gen(function*() {
        const reading = yield* Effect.fork(fs.readFile("/dev/zero"))
        yield* Effect.sleep(Duration.millis(20))
        const start = performance.now()
        expect(Exit.isInterrupted(yield* Fiber.interrupt(reading))).toBe(true)
        expect(performance.now() - start).toBeLessThan(500)
      }))))
})
