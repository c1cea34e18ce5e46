/** The root of a running process in its own mount namespace, opened through `/proc/<pid>/root`. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { type Entering, type Namespaced, startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { existsSync, readlinkSync, writeFileSync } from "node:fs"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const container: TreeSpec = [
  { path: "/run/docker.sock", type: "file" },
  { path: "/var/run", type: "symlink", target: "/run" },
  { path: "/usr/lib/os-release", type: "file" },
  { path: "/usr/bin/sh", type: "file" },
  { path: "/bin", type: "symlink", target: "usr/bin" },
  { path: "/lib", type: "symlink", target: "/usr/lib" },
  { path: "/etc/os-release", type: "symlink", target: "../usr/lib/os-release" },
  { path: "/etc/climbs", type: "symlink", target: "../../../../../../etc/passwd" },
  // Followed from outside, these would lead to files of the host with the same paths.
  { path: "/etc/hostname", type: "symlink", target: "/etc/hostname" },
  { path: "/etc/passwd", type: "symlink", target: "/etc/passwd" },
  { path: "/etc/group", type: "symlink", target: "../etc/group" },
  { path: "/etc/mtab", type: "symlink", target: "/proc/self/mounts" },
  { path: "/exe", type: "symlink", target: "/proc/self/exe" },
  { path: "/proc", type: "dir" }
]

const onDisk = [
  "/",
  "/..",
  "/var/run/docker.sock",
  "/var/run/../run/docker.sock",
  "/var/run/docker.sock/",
  "/bin/sh",
  "/lib/os-release",
  "/lib/..",
  "/etc/os-release",
  "/etc/climbs",
  "/etc/hostname",
  "/etc/passwd",
  "/etc/group",
  "/etc/passwd/..",
  "/etc/shadow",
  "/nope"
]

const inProcfs = [
  "/proc",
  "/proc/..",
  "/proc/self",
  "/etc/mtab",
  "/exe",
  "/exe/",
  "/proc/1/status",
  "/proc/self/root/x"
]

const other: TreeSpec = [
  { path: "/var/run/docker.sock", type: "dir" },
  { path: "/elsewhere", type: "file" }
]

/** Makes the kernel give this PID to the next process, if it allows that (`proc(5)`, `ns_last_pid`). */
const next = (pid: number): void => {
  try {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1))
  } catch {
    // Then the next process has another PID. The test is still valid, but could not detect a mix-up.
  }
}

describe.skipIf(without("mount", "openat2")).each<Entering>(["pivot_root", "chroot"])("after %s", (entering) => {
  const box = temporary()
  const elsewhere = temporary()
  let child: Namespaced
  beforeAll(async () => {
    materialize(box.path, container)
    materialize(elsewhere.path, other)
    child = await startIn(box.path, entering)
  })
  afterAll(async () => {
    await child.stop()
    box[Symbol.dispose]()
    elsewhere[Symbol.dispose]()
  })

  describe.each(strategies)("$name", (strategy) => {
    it.scoped("paths are resolved as in the kernel", () =>
      Effect.gen(function*() {
        const path = `/proc/${child.pid}/root`
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        expect(yield* disagreements(strategy, root, kernel, [...onDisk, ...inProcfs])).toEqual([])
        expect(yield* ask(strategy, root, ["/var/run/docker.sock", "/etc/hostname", "/exe"], {})).toEqual([
          { ok: "/run/docker.sock" },
          { errno: "ELOOP" },
          { errno: "EXDEV" }
        ])
        // On the host, the link would have been followed in the host's own tree.
        expect(readlinkSync(`${path}/etc/passwd`)).toBe("/etc/passwd")
        expect(existsSync(`${path}/etc/passwd`)).toBe(true)
      }))

    it.scoped("the root stays the same after the process ends and another one gets its PID", () =>
      Effect.gen(function*() {
        const first = yield* Effect.promise(() => startIn(box.path, entering))
        const path = `/proc/${first.pid}/root`
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        const before = yield* ask(strategy, root, onDisk, {})
        yield* Effect.promise(first.stop)
        expect(yield* disagreements(strategy, root, kernel, onDisk)).toEqual([])
        expect(yield* ask(strategy, root, onDisk, {})).toEqual(before)
        next(first.pid)
        const second = yield* Effect.acquireRelease(
          Effect.promise(() => startIn(elsewhere.path, entering)),
          ({ stop }) => Effect.promise(stop)
        )
        expect(existsSync(`/proc/${second.pid}/root/elsewhere`)).toBe(true)
        expect(yield* ask(strategy, root, onDisk, {})).toEqual(before)
        expect(yield* ask(strategy, root, ["/elsewhere"], {})).toEqual([{ errno: "ENOENT" }])
      }))
  })
})
