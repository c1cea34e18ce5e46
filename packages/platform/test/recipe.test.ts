import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root, RootDirectory, TreeDiff } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"

/** Which distribution is in a root, or why that is unknown. */
const distribution = Effect.gen(function*() {
  const fs = yield* FileSystem
  const root = yield* Root.Root
  const place = yield* root.resolve("/etc/os-release")
  const release = yield* fs.readFileString(root.hostPath(place))
  return /^ID=(.*)$/m.exec(release)?.[1] ?? "unknown"
}).pipe(
  Effect.catchTag("PathNotFound", ({ at }) => Effect.succeed(`${at} is missing`)), // ENOENT
  Effect.catchTag("SymlinkLoop", ({ cycle }) => Effect.succeed(`a loop: ${cycle.join(" → ")}`)), // ELOOP
  Effect.catchTag("TooManySymlinks", ({ limit }) => Effect.succeed(`more than ${limit} links`)), // ELOOP
  Effect.catchTag("AccessDenied", ({ at }) => Effect.succeed(`${at} may not be read`)) // EACCES, EPERM
)

const distributionOf = (container: string) => Effect.provide(distribution, Root.layer(`/containers/${container}`))

const { directory, link } = MemoryFileSystem

const containers = MemoryFileSystem.layer({
  "/containers/debian/usr/lib/os-release": "NAME=Debian\nID=debian\n",
  "/containers/debian/etc/os-release": link("../usr/lib/os-release"),
  // An absolute link starts at the container's root, not at ours.
  "/containers/alpine/etc/os-release": link("/run/os-release"),
  "/containers/alpine/run/os-release": "ID=alpine\n",
  "/run/os-release": "ID=host\n",
  "/containers/scratch/etc": directory(),
  "/containers/broken/etc/os-release": link("/etc/release"),
  "/containers/broken/etc/release": link("os-release"),
  "/containers/locked/etc/os-release": "ID=secret\n",
  "/containers/locked/etc": directory({ mode: 0o700 })
}, { user: { uid: 1000, gid: 1000 } })

describe("the distribution of a container", () => {
  it.effect("is read where the container's own links lead", () =>
    Effect.gen(function*() {
      expect(yield* distributionOf("debian")).toBe("debian")
      expect(yield* distributionOf("alpine")).toBe("alpine")
    }).pipe(Effect.provide(containers)))

  it.effect("is reported as missing, broken or not readable", () =>
    Effect.gen(function*() {
      expect(yield* distributionOf("scratch")).toBe("/etc/os-release is missing")
      expect(yield* distributionOf("broken")).toBe("a loop: /etc/os-release → /etc/release")
      expect(yield* distributionOf("locked")).toBe("/etc/os-release may not be read")
    }).pipe(Effect.provide(containers)))
})

describe("a bad disk", () => {
  it.effect("fails one read, and nothing else", () =>
    Effect.gen(function*() {
      yield* MemoryFileSystem.inject([{ method: "readFile", nth: 1, code: "EIO" }])
      const error = yield* Effect.flip(distributionOf("debian"))
      expect(error).toMatchObject({ _tag: "SystemError", method: "readFile", cause: { code: "EIO" } })
      expect(yield* distributionOf("debian")).toBe("debian")
    }).pipe(Effect.provide(containers)))

  it.effect("may be slow, while the test is fast", () =>
    Effect.gen(function*() {
      yield* MemoryFileSystem.inject([{ path: "/containers/debian/usr", delay: "1 minute" }])
      const reading = yield* Effect.fork(distributionOf("debian").pipe(Effect.timeout("10 seconds"), Effect.flip))
      yield* TestClock.adjust("10 seconds")
      expect((yield* Fiber.join(reading))._tag).toBe("TimeoutException")
    }).pipe(Effect.provide(containers)))

  it.effect("is read only where needed, and not changed", () =>
    Effect.gen(function*() {
      const before = yield* MemoryFileSystem.snapshot
      yield* distributionOf("alpine")
      const where = ({ method }: MemoryFileSystem.Operation) => method === "readFileString"
      yield* MemoryFileSystem.expectOperations([{ path: "/containers/alpine/run/os-release", read: 10 }], { where })
      expect(yield* MemoryFileSystem.snapshot).toEqual(before)
    }).pipe(Effect.provide(containers)))
})

const settings = MemoryFileSystem.layer({ "/etc/settings": "color = red\n" }, { crashes: true })

/** What may be in the file if the power fails now. */
const settingsAfterCrash = Effect.gen(function*() {
  const trees = yield* MemoryFileSystem.crashes()
  return new Set(trees.map(({ "/etc/settings": entry }) => entry?.type === "File" ? entry.content : "no file"))
})

describe("settings, if the power fails", () => {
  it.effect("may be gone after a rename without an fsync", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/etc/new", "color = blue\n")
      yield* fs.rename("/etc/new", "/etc/settings")
      expect(yield* settingsAfterCrash).toEqual(new Set(["color = red\n", "", "color = blue\n"]))
    }).pipe(Effect.provide(settings)))

  it.effect("are the old or the new ones with writeFileAtomic", () =>
    Effect.gen(function*() {
      const { writeFileAtomic } = yield* RootDirectory.RootDirectory
      const blue = new TextEncoder().encode("color = blue\n")
      // The second fsync, that of the directory, never ends: the file has its new name, but that may be lost.
      yield* MemoryFileSystem.inject([{ step: "fsync", nth: 2, hang: true }])
      const writing = yield* Effect.fork(writeFileAtomic("/etc/settings", blue))
      yield* TestClock.adjust("1 second")
      expect(yield* settingsAfterCrash).toEqual(new Set(["color = red\n", "color = blue\n"]))
      yield* Fiber.interrupt(writing)

      yield* MemoryFileSystem.inject([])
      yield* writeFileAtomic("/etc/settings", blue)
      expect(yield* settingsAfterCrash).toEqual(new Set(["color = blue\n"]))
    }).pipe(Effect.provide(settings)))
})

declare module "vitest" {
  interface Matchers<T> extends TreeDiff.Matchers<T> {}
}

expect.extend(TreeDiff.matchers)

const machine = MemoryFileSystem.layer({
  "/etc/hosts": "127.0.0.1 localhost\n",
  "/etc/mtab": link("/proc/mounts")
})

describe("what a program has changed", () => {
  it.effect("is what a failed assertion prints", () =>
    Effect.gen(function*() {
      const before = yield* MemoryFileSystem.snapshot
      const fs = yield* FileSystem
      yield* fs.writeFileString("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
      yield* fs.chmod("/etc/hosts", 0o600)
      yield* fs.remove("/etc/mtab")
      yield* fs.writeFileString("/etc/motd", "hello\n")
      const after = yield* MemoryFileSystem.snapshot
      expect(after).not.toEqualTree(before)
      expect(TreeDiff.print(TreeDiff.diff(before, after)).split("\n")).toEqual([
        "~ /etc/hosts mode 0644 → 0600",
        "    @@ -1 +1,2 @@",
        "     127.0.0.1 localhost",
        "    +::1 localhost",
        "+ /etc/motd file 0644 0:0 6 bytes",
        "- /etc/mtab -> /proc/mounts"
      ])
    }).pipe(Effect.provide(machine)))
})
