import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import * as Root from "@procfsroot/platform/Root"
import { Wormhole as Portable } from "@procfsroot/platform"
import { Wormhole } from "@procfsroot/platform-node"
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { zombie } from "@procfsroot/testkit/processes/zombie"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, symlinkSync } from "node:fs"

const tree: TreeSpec = [
  { path: "/run/docker.sock", type: "file" },
  { path: "/var/run", type: "symlink", target: "/run" },
  { path: "/etc/os-release", type: "symlink", target: "../usr/lib/os-release" },
  { path: "/usr/lib/os-release", type: "file" }
]

describe.skipIf(without("mount")).each(["pivot_root", "chroot"] as const)("a process after %s", (how) => {
  it.effect("can be opened, and its root still works after the process has ended", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      const child = yield* Effect.promise(() => startIn(directory.path, how))
      yield* Effect.gen(function*() {
        const fs = yield* FileSystem
        expect(yield* Root.resolve("/var/run/docker.sock")).toBe("/run/docker.sock")
        expect(yield* fs.readFileString("/etc/os-release")).toBe("content of /usr/lib/os-release\n")
        yield* Effect.promise(() => child.stop())
        expect(yield* Root.resolve("/var/run/docker.sock")).toBe("/run/docker.sock")
        expect(yield* fs.readFileString("/etc/os-release")).toBe("content of /usr/lib/os-release\n")
      }).pipe(
        Effect.provide(Wormhole.fileSystem({ pid: child.pid, readOnly: true })),
        Effect.ensuring(Effect.promise(() => child.stop()))
      )
    }))
})

describe("a process without a root", () => {
  it.effect("that has ended is reported as not found", () =>
    Effect.gen(function*() {
      const child = spawn("true")
      yield* Effect.promise(() => once(child, "exit"))
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), Wormhole.layer({ pid: child.pid ?? 0 })))
      expect(error).toMatchObject({ _tag: "ProcessNotFound", pid: child.pid, code: "ESRCH" })
    }))

  it.effect("that is a zombie is reported as a zombie", () =>
    Effect.gen(function*() {
      using dead = yield* Effect.promise(() => zombie())
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), Wormhole.layer({ pid: dead.pid })))
      expect(error).toMatchObject({ _tag: "ProcessIsZombie", pid: dead.pid })
    }))

  it.effect("that is a zombie is recognized even if its name looks like the state of a sleeping process", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const program = `${directory.path}/a) S`
      symlinkSync("/bin/sh", program)
      using dead = yield* Effect.promise(() => zombie(program))
      expect(readFileSync(`/proc/${dead.pid}/stat`, "latin1")).toContain("(a) S) Z ")
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), Wormhole.layer({ pid: dead.pid })))
      expect(error).toMatchObject({ _tag: "ProcessIsZombie", pid: dead.pid })
    }))

  it.effect("that cannot exist, because of its PID, is reported as not found", () =>
    Effect.gen(function*() {
      for (const pid of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
        const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), Wormhole.layer({ pid })))
        expect(error).toMatchObject({ _tag: "ProcessNotFound" })
      }
    }))
})

describe("liveWith", () => {
  it.effect("opens roots with the options that it was given, also if they are changed later", () =>
    Effect.gen(function*() {
      const options: { strategy: "kernel" | "walk" } = { strategy: "walk" }
      const wormhole = Wormhole.liveWith(options)
      options.strategy = "kernel"
      const strategy = Effect.map(Root.Root, ({ strategy }) => strategy.name)
      for (const layer of [Portable.layer, Portable.fileSystem]) {
        const own = Layer.provide(layer({ pid: process.pid }), wormhole)
        expect(yield* Effect.provide(strategy, own)).toBe("walk")
      }
    }))
})
