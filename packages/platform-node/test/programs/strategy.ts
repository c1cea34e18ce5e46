/** `node strategy.mjs <directory>`: resolves `/l` in the directory, and prints the strategy and the result. */
import { FileSystem } from "@effect/platform/FileSystem"
import { Root } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import * as Effect from "effect/Effect"

const [directory = ""] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const root = yield* Root.Root
  const fs = yield* FileSystem
  return { strategy: root.strategy, resolved: yield* root.resolve("/l"), real: yield* fs.realPath("/l") }
}).pipe(Effect.provide(NodeRootFileSystem.layer(directory)))

await Effect.runPromise(program)
// The second root of the process also has the reason in its `strategy`, but there is no second warning.
process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
