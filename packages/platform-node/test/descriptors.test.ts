/** No descriptor stays open, however the resolution of a path ends. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { atRest, descriptors as open, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { deep } from "./deep.js"
import { ask, makeRoot, strategies, type Strategy } from "./strategies.js"

const name = "n".repeat(60)
const tall = deep(name, 400, { every: 40 })
const flat = temporary()
materialize(flat.path, [
  { path: "/d/e/f", type: "file" },
  { path: "/l", type: "symlink", target: "/d/../l2" },
  { path: "/l2", type: "symlink", target: "d/e" },
  { path: "/self", type: "symlink", target: "self" }
])
afterAll(() => {
  tall[Symbol.dispose]()
  flat[Symbol.dispose]()
})

const down = (levels: number): string => Array.from({ length: levels }, () => "down").join("/")
const cheap = ["/", "nope/x", "nope", `${name}/`.repeat(60), "down/../../down/nope", `${name}/..`]
const paths = [...cheap, "/l/f", "l/f/x", down(9), `${down(9)}/nope`, `${down(5)}/..`]

const many = Array.from({ length: 500 }, (_, i) => i % 100 === 0 ? down(9) : cheap[i % cheap.length] ?? "")

/** Runs an effect, and checks that afterwards as many descriptors are open as before. */
const leavesNothing = <A, E>(inside: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const before = yield* Effect.promise(atRest)
    const exit = yield* Effect.exit(inside)
    expect(yield* Effect.promise(() => settled(before))).toBe(before)
    return exit
  })

const using = <A, E>(
  strategy: Strategy,
  use: (root: Effect.Effect.Success<ReturnType<typeof makeRoot>>) => Effect.Effect<A, E>
) => Effect.scoped(Effect.flatMap(makeRoot(tall.path, strategy), use))

// Opens what is loaded or created only once (koffi, the threads of the pool, sockets of the test runner) before
// descriptors are counted.
await Effect.runPromise(
  Effect.forEach(strategies, (strategy) => using(strategy, (root) => ask(strategy, root, paths, {})))
)

describe.sequential.each(strategies)("descriptors: $name", (strategy) => {
  it.effect("are closed after success and failure", () =>
    leavesNothing(Effect.scoped(Effect.gen(function*() {
      const before = open()
      for (const path of [flat.path, tall.path]) {
        yield* Effect.scoped(Effect.flatMap(makeRoot(path, strategy), (root) => ask(strategy, root, paths, {})))
      }
      const root = yield* makeRoot(tall.path, strategy)
      const held = open()
      expect(held).toBeLessThanOrEqual(before + 2)
      yield* ask(strategy, root, paths, {})
      yield* Effect.forEach(paths, (path) => Effect.all([root.locate(path), root.explain(path)]))
      expect(open()).toBe(held)
    }))))

  it.effect("are closed if a root cannot be opened", () =>
    leavesNothing(
      Effect.forEach(["nope", "d/e/f", "self"], (name) =>
        Effect.flip(Effect.scoped(makeRoot(`${flat.path}/${name}`, strategy))))
    ))

  it.effect("are closed after hundreds of paths at once, more than koffi allows", () =>
    Effect.gen(function*() {
      const exit = yield* leavesNothing(using(strategy, (root) =>
        Effect.forEach(many, (path) =>
          Effect.merge(root.resolve(path)), { concurrency: "unbounded" })))
      expect(Exit.map(exit, (answers) =>
        answers.slice(1, 4))).toEqual(Exit.succeed([
          expect.objectContaining({ _tag: "PathNotFound" }),
          expect.objectContaining({ _tag: "PathNotFound" }),
          `/${name}`.repeat(60)
        ]))
    }))

  it.effect("are closed if resolving paths is interrupted", () =>
    Effect.gen(function*() {
      for (const delay of [0, 1, 3, 8]) {
        yield* leavesNothing(using(strategy, (root) =>
          Effect.gen(function*() {
            const fiber = yield* Effect.fork(Effect.zipRight(
              Effect.forEach(many, (path) => Effect.either(root.resolve(path)), { concurrency: 50 }),
              root.resolveAll(many)
            ))
            yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, delay)))
            yield* Fiber.interrupt(fiber)
          })))
      }
    }))

  it.effect("are closed if a batch or a stream is interrupted", () =>
    Effect.gen(function*() {
      for (const delay of [0, 2, 10]) {
        yield* leavesNothing(using(strategy, (root) =>
          Effect.gen(function*() {
            const batch = yield* Effect.fork(root.resolveAll([...many, ...many]))
            const stream = yield* Effect.fork(
              Stream.runDrain(root.resolveStream(Stream.fromIterable(many).pipe(Stream.rechunk(13))))
            )
            yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, delay)))
            yield* Fiber.interruptAll([batch, stream])
          })))
      }
    }))

  it.effect("are closed if the scope closes while paths are resolved", () =>
    leavesNothing(Effect.gen(function*() {
      const fibers = yield* using(strategy, (root) =>
        Effect.forEach(paths, (path) =>
          Effect.forkDaemon(Effect.yieldNow().pipe(Effect.zipRight(Effect.exit(root.resolve(path)))))))
      yield* Fiber.interruptAll(fibers)
    })))

  it.effect("are closed after a defect", () =>
    Effect.gen(function*() {
      const exit = yield* leavesNothing(
        using(
          strategy,
          (root) => Effect.zipRight(ask(strategy, root, paths, {}), root.resolve("/", { maxSymlinks: -1 }))
        )
      )
      expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
      yield* leavesNothing(using(strategy, (root) => root.resolveAll(paths, { maxSymlinks: 0.5 })))
      yield* leavesNothing(
        using(strategy, (root) =>
          Stream.runDrain(root.resolveStream(Stream.make(...paths).pipe(Stream.concat(Stream.die("no more"))))))
      )
    }))
})
