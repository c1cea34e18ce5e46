/** A watcher in memory gets the same events as Node's in a chroot, and buffers a limited number of them. */
import { FileSystem } from "@effect/platform/FileSystem"
import { MemoryFileSystem } from "@procfsroot/platform"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import type { Spec } from "@procfsroot/testkit/answers/questions"
import { scenarios, toldIn, tree } from "./memory/watchScenarios.js"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"

const entryOf = ({ content, target }: Spec): MemoryFileSystem.Entry => {
  if (target !== undefined) return MemoryFileSystem.link(target)
  return content === undefined ? MemoryFileSystem.directory() : MemoryFileSystem.file(content)
}

const layer = MemoryFileSystem.layer(Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)])))

type Told = ReadonlyArray<string>

const inMemory = (): Promise<ReadonlyArray<Told>> =>
  Effect.runPromise(Effect.forEach(scenarios, (scenario) => Effect.provide(toldIn(scenario, 10), layer)))

const inChroot = (program: string, patience: number, numbers: ReadonlyArray<number>): ReadonlyArray<Told> => {
  using directory = temporary(memoryDirectory)
  const args = [program, directory.path, String(patience), JSON.stringify(numbers)]
  return JSON.parse(execFileSync(process.execPath, args).toString())
}

describe.skipIf(without("chroot", "root"))("a watcher", () => {
  it(`gets the same events as Node's in ${scenarios.length} scenarios`, async () => {
    const program = await bundled(new URL("./programs/watchInChroot.ts", import.meta.url))
    const actual = await inMemory()
    const expected = new Map<number, Told>()
    const differing = (): ReadonlyArray<number> =>
      [...scenarios.keys()].filter((i) => JSON.stringify(expected.get(i)) !== JSON.stringify(actual[i]))
    // A busy machine may need longer to begin a watch or to report all events.
    for (const patience of [25, 200, 2000]) {
      const numbers = differing()
      if (numbers.length === 0) break
      inChroot(program, patience, numbers).forEach((told, i) => expected.set(numbers[i] ?? -1, told))
    }
    const shown = (i: number, told: Told | undefined) => ({ scenario: scenarios[i]?.name, told })
    expect(differing().map((i) => shown(i, actual[i]))).toEqual(differing().map((i) => shown(i, expected.get(i))))
  })
})

describe("a watcher whose events are not read", () => {
  it("buffers 4,096 events, and then fails with EOVERFLOW", async () => {
    const program = Effect.gen(function*() {
      const fs = yield* FileSystem
      const first = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const events: Array<string> = []
      const watching = yield* fs.watch("/w").pipe(
        Stream.runForEach((event) =>
          Effect.suspend(() => {
            events.push(event.path)
            return Effect.zipRight(Deferred.succeed(first, undefined), Deferred.await(go))
          })
        ),
        Effect.flip,
        Effect.fork
      )
      yield* Effect.repeat(fs.chmod("/w/a", 0o600), { until: () => Deferred.isDone(first) })
      const before = events.length
      for (let i = 0; i < 10_000; i++) yield* fs.chmod("/w/b", 0o600)
      yield* Deferred.succeed(go, undefined)
      const error = yield* Fiber.join(watching)
      return { before, error, held: Chunk.filter(Chunk.fromIterable(events), (path) => path === "b").length }
    })
    const { before, error, held } = await Effect.runPromise(Effect.provide(program, layer))
    expect(before).toBe(1)
    expect(held).toBeGreaterThan(4000)
    expect(held).toBeLessThanOrEqual(4096)
    expect(error).toMatchObject({
      _tag: "SystemError",
      method: "watch",
      reason: "Unknown",
      pathOrDescriptor: "/w",
      cause: { code: "EOVERFLOW", syscall: "watch" }
    })
  })
})

describe("a watcher of a directory in which a link is created", () => {
  it.each(["nowhere", "new"])(
    "reports that the link was created, even if its target does not exist: %s",
    async (target) => {
      const program = Effect.gen(function*() {
        const fs = yield* FileSystem
        const watching = yield* Effect.fork(Stream.runHead(fs.watch("/w")))
        yield* Effect.repeat(Effect.yieldNow(), { times: 10 })
        yield* fs.symlink(target, "/w/new")
        return yield* Fiber.join(watching)
      })
      const event = await Effect.runPromise(Effect.provide(program, layer))
      // Node's layer follows the link: it reports that the link was removed, or fails with ELOOP if it leads to itself.
      expect(event).toMatchObject({ _tag: "Some", value: { _tag: "Create", path: "new" } })
    }
  )
})
