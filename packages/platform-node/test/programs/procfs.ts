/**
 * `node procfs.mjs <directory>`, on a system with another `/proc`: prints the results of `<directory>` as a root,
 * by each layer.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import { Root } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layers } from "./layers.js"

const [directory = ""] = process.argv.slice(2)

const asked = Effect.gen(function*() {
  const root = yield* Root.resolve("/link")
  const fs = yield* Effect.serviceOption(FileSystem)
  return fs._tag === "None" ? root : yield* fs.value.realPath("/link")
})

const program = Effect.forEach(
  Object.entries(layers(directory)),
  ([name, layer]) =>
    Effect.scoped(Effect.flatMap(Layer.build(layer), (context) => Effect.provide(asked, context))).pipe(
      Effect.match({
        onFailure: (error): unknown => [error._tag, "code" in error ? error.code : error.cause, error.message],
        onSuccess: (path): unknown => path
      }),
      Effect.map((answer) => [name, answer] as const)
    )
)

process.stdout.write(JSON.stringify(Object.fromEntries(await Effect.runPromise(program))))
