/** Runs as a Worker: uses `workerData` as a root in many ways, and posts the warnings that Node emits meanwhile. */
import { FileSystem } from "@effect/platform/FileSystem"
import { Root } from "@procfsroot/platform"
import { NodeRoot, NodeRootFileSystem } from "@procfsroot/platform-node"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { parentPort, workerData } from "node:worker_threads"

const warnings: Array<string> = []
process.on("warning", ({ message }) => {
  // Node warns when it loads `node:ffi`.
  if (!message.startsWith("FFI is an experimental feature")) warnings.push(message)
})

const directory = String(workerData)
const paths = ["/d/f", "/l/f", "/nope", "/", "/l/../l/f"]

const ofRoots = Effect.forEach(
  [NodeRoot.layer(directory), NodeRoot.layer(directory, { offMainThread: true })],
  (layer) =>
    Effect.gen(function*() {
      for (const path of paths) yield* Effect.either(Root.resolve(path))
      yield* Root.resolveAll(paths)
      // One call that is interrupted.
      const fiber = yield* Effect.fork(Root.resolve("/l/f"))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(layer))
)

const ofFiles = Effect.gen(function*() {
  const fs = yield* FileSystem
  for (const path of paths) yield* Effect.either(fs.stat(path))
  yield* fs.writeFileString("/l/new", "text")
  yield* fs.copyFile("/l/new", "/l/copy")
  yield* fs.copy("/d", "/copied")
  yield* fs.rename("/l/new", "/l/newer")
  yield* fs.readDirectory("/", { recursive: true })
  yield* fs.realPath("/l/f")
  yield* Effect.scoped(Effect.flatMap(fs.open("/l/f", { flag: "r+" }), (file) => file.sync))
  yield* Effect.scoped(fs.makeTempDirectoryScoped({ directory: "/d" }))
  const watch = yield* Effect.fork(Stream.runDrain(fs.watch("/d", { recursive: true })))
  yield* Effect.sleep(50)
  yield* Fiber.interrupt(watch)
  yield* fs.makeDirectory("/deep/er", { recursive: true })
  yield* fs.remove("/deep", { recursive: true })
}).pipe(Effect.provide(NodeRootFileSystem.layer(directory)))

await Effect.runPromise(Effect.zipRight(ofRoots, ofFiles))
// Node emits a warning in a later turn of the event loop.
await new Promise((resolve) => setTimeout(resolve, 50))
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a Worker has no origin
parentPort?.postMessage(warnings)
