/** What outlives its root; and, of this edition alone, the number of a closed file, and requests that leave their queue late. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { closedWorld, STRANGERS } from "@procfsroot/testkit/closed/world"
import { closedRoots } from "@procfsroot/testkit/closedRoots"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import { constants } from "node:os"
import { open as openRoot } from "../src/internal/nodeRoot.js"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { load } from "./binding.js"
import { edition } from "./edition.js"
import { descriptors, settled, strategies } from "./fileSystems.js"
import { ways } from "./strategies.js"

const RESOLVE_CACHED = 0x20

closedRoots(edition, ways)

describe.each(strategies)("a closed file: $name", ({ openat2 }) => {
  it.effect("has no number", () =>
    Effect.gen(function*() {
      using world = closedWorld()
      const scope = yield* Scope.make()
      const file = yield* Effect.flatMap(FileSystem, (fs) => Scope.extend(fs.open("/f", { flag: "r+" }), scope)).pipe(
        Effect.provide(layerWith(world.own, {}, openat2))
      )
      expect(file.fd).toBeGreaterThan(0)
      yield* Scope.close(scope, Exit.void)
      expect(file.fd).toBe(-1)
    }))
})

describe("requests in the thread pool's queue", () => {
  const queued = ["kernel", "walk"] as const
  it.effect.each(queued)("that are interrupted never meet another directory: %s", (how) =>
    Effect.gen(function*() {
      using world = closedWorld()
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
