/** Measures whether a root still answers while calls that hang in a mount block threads of the pool. */
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import type * as Root from "@procfsroot/platform/Root"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Cell, Table } from "./tables.js"

export const title = "Hung mounts"

const PATHS = 20
/** After this many milliseconds, a root counts as blocked. */
const PATIENCE = 1_000

const rows = {
  kernel: { name: "another root: resolve, kernel, off the main thread", options: { offMainThread: true } },
  walk: {
    name: "another root: resolve, walk, off the main thread",
    options: { offMainThread: true, strategy: "walk" }
  }
} as const

/** The elapsed time for each path in microseconds. It is limited by `PATIENCE`. */
const latencies = (root: Root.Root, path: string) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    while (times.length < PATHS) {
      const start = performance.now()
      const answered = yield* Effect.timeoutOption(root.resolve(path), PATIENCE)
      times.push((performance.now() - start) * 1_000)
      if (answered._tag === "None") break
    }
    return times
  })

/** Measures the latencies; returns `undefined` if FUSE cannot be mounted on this machine. */
export const measure = async (
  place: string,
  path: string,
  counts: ReadonlyArray<number>
): Promise<Table | undefined> => {
  if (without("mount", "fuse")) return undefined
  await using fuse = await startFuse()
  const program = Effect.gen(function*() {
    const hung = yield* NodeRoot.make(fuse.path, { offMainThread: true })
    const kernel = yield* NodeRoot.make(place, rows.kernel.options)
    const walk = yield* NodeRoot.make(place, rows.walk.options)
    const cells = { kernel: new Array<Cell>(), walk: new Array<Cell>() }
    for (const count of counts) {
      const waiting = yield* Effect.forEach(
        Array.from({ length: count }),
        () => Effect.fork(Effect.exit(hung.resolve("/hangLookup")))
      )
      yield* Effect.sleep(100)
      cells.kernel.push({ column: String(count), rounds: yield* latencies(kernel, path) })
      cells.walk.push({ column: String(count), rounds: yield* latencies(walk, path) })
      yield* Fiber.interruptAll(waiting)
    }
    return cells
  })
  const cells = await Effect.runPromise(Effect.scoped(program))
  return {
    title,
    note: `elapsed time, µs per path; ${PATIENCE * 1_000} if there was no answer until then`,
    unit: "µs",
    scale: "calls that hang in the mount",
    rows: [{ name: rows.kernel.name, cells: cells.kernel }, { name: rows.walk.name, cells: cells.walk }]
  }
}
