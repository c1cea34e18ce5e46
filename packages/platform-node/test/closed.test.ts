/**
 * What still works after a root is closed. And only for this edition: the descriptor number of a closed file, and what
 * another thread still uses.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { closedWorld } from "@procfsroot/testkit/closed/world"
import { closedRoots } from "@procfsroot/testkit/closedRoots"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import { open as openRoot } from "../src/internal/nodeRoot.js"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { edition } from "./edition.js"
import { strategies } from "./fileSystems.js"
import { ways } from "./strategies.js"

closedRoots(edition, ways)

describe.each(strategies)("a closed file: $name", ({ openat2 }) => {
  it.effect("has the descriptor −1", () =>
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

describe("paths that another thread resolves", () => {
  const descriptorsOf = (path: string): ReadonlyArray<string> =>
    Fs.readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return Fs.readlinkSync(`/proc/self/fd/${fd}`) === path
      } catch {
        return false // the descriptor with which the list is read
      }
    })

  it.live("keep the root open until the thread is done, even if they are interrupted", () =>
    Effect.gen(function*() {
      using world = closedWorld()
      const scope = yield* Scope.make()
      const { root } = yield* Scope.extend(openRoot(world.own, { offMainThread: true }, undefined), scope)
      yield* root.locate("/d/f")
      const [fd = ""] = descriptorsOf(world.own)
      // The thread checks only from time to time whether it was given up.
      const slow = "/d/..".repeat(800)
      const fiber = yield* Effect.forkDaemon(root.resolveAll(Array.from({ length: 1_000 }, () => slow)))
      yield* Effect.sleep(20)
      yield* Fiber.interrupt(fiber)
      yield* Scope.close(scope, Exit.void)
      expect(Fs.readlinkSync(`/proc/self/fd/${fd}`)).toBe(world.own)
      for (let turn = 0; turn < 200 && descriptorsOf(world.own).length > 0; turn++) yield* Effect.sleep(5)
      expect(descriptorsOf(world.own)).toEqual([])
    }))
})
