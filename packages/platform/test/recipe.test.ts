import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, MemoryProcesses, Root, TreeDiff, Wormhole } from "@procfsroot/platform"
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

/** The name that the machine has where a process is, and what else may be found there. */
const hostname = (pid: number) =>
  Effect.flatMap(FileSystem, (fs) => fs.readFileString("/etc/hostname")).pipe(
    Effect.provide(Wormhole.fileSystem({ pid, readOnly: true })),
    Effect.map((text) => text.trim()),
    Effect.catchTags({
      ProcessNotFound: () => Effect.succeed("ended"),
      ProcessIsZombie: () => Effect.succeed("ended"),
      ProcessNotPermitted: () => Effect.succeed("not permitted")
    })
  )

/** The fields of `stat` after the name, which may itself contain a parenthesis. */
const identityOf = (stat: string) => {
  const end = stat.lastIndexOf(")")
  return { command: stat.slice(stat.indexOf("(") + 1, end), startTime: stat.slice(end + 2).split(" ")[19] }
}

/** A line for each process. One that ends meanwhile is left out, even if another gets its number. */
const ps = Effect.gen(function*() {
  const fs = yield* FileSystem
  const pids = (yield* fs.readDirectory("/proc")).map(Number).filter(Number.isInteger)
  const lines = yield* Effect.forEach(pids, (pid) =>
    Effect.gen(function*() {
      const identity = Effect.map(fs.readFileString(`/proc/${pid}/stat`), identityOf)
      const { command, startTime } = yield* identity
      const name = yield* hostname(pid)
      return (yield* identity).startTime === startTime ? [`${pid} ${command}: ${name}`] : []
    }).pipe(Effect.catchTag("SystemError", () => Effect.succeed([])))) // ENOENT, or ESRCH if it ends while it is read
  return lines.flat()
})

const mountNamespaces = {
  host: { "/etc/hostname": "host\n" },
  web: { "/etc/hostname": "web\n" }
}

const init: MemoryProcesses.Process = { pid: 1, mountNamespace: "host", command: "systemd" }
const nginx: MemoryProcesses.Process = {
  pid: 7,
  mountNamespace: "web",
  command: "nginx",
  user: { uid: 1000, gid: 1000 }
}

describe("ps", () => {
  it.effect("shows where each process is, if its root may be opened", () =>
    Effect.gen(function*() {
      const processes = [init, nginx]
      const asRoot = MemoryProcesses.layer({ mountNamespaces, processes })
      expect(yield* Effect.provide(ps, asRoot)).toEqual(["1 systemd: host", "7 nginx: web"])
      const asUser = MemoryProcesses.layer({ mountNamespaces, processes, user: { uid: 1000, gid: 1000 } })
      expect(yield* Effect.provide(ps, asUser)).toEqual(["1 systemd: not permitted", "7 nginx: web"])
    }))

  it.effect("works if a process ends at any step, and another gets its number", () =>
    Effect.gen(function*() {
      for (let steps = 0; steps < 15; steps++) {
        const processes = [{ ...nginx, ends: { steps } }, { ...init, pid: 7 }]
        const [line] = yield* Effect.provide(ps, MemoryProcesses.layer({ mountNamespaces, processes }))
        expect(["7 nginx: web", "7 systemd: host", undefined]).toContain(line)
      }
    }))

  it.effect("shows processes as long as they run", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("10 seconds")
      expect(yield* ps).toEqual(["7 nginx: web"])
      yield* TestClock.adjust("50 seconds")
      expect(yield* ps).toEqual(["7 nginx: ended"])
      yield* MemoryProcesses.end(7)
      expect(yield* ps).toEqual([])
    }).pipe(Effect.provide(MemoryProcesses.layer({
      mountNamespaces,
      processes: [{ ...nginx, ends: { after: "1 minute", zombie: true } }]
    }))))
})
