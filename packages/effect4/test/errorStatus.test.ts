/** The statuses with which an HTTP API sends errors, as docs/errors.md describes. */
import { MemoryFileSystem, ResolveError, Root } from "@procfsroot/effect4"
import * as ErrorSchema from "@procfsroot/effect4/ErrorSchema"
import { errorStatuses } from "@procfsroot/testkit/errorStatus"
import * as Effect from "effect/Effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { afterAll } from "vitest"

const resolve = HttpApiEndpoint.get("resolve", "/resolve", {
  query: { path: Schema.String },
  success: Schema.String,
  error: [
    ErrorSchema.PathNotFound.pipe(HttpApiSchema.status(404)),
    ErrorSchema.SymlinkLoop.pipe(HttpApiSchema.status(422)),
    ErrorSchema.ResolveError // the others, with status 500
  ]
})

const api = HttpApi.make("api").add(HttpApiGroup.make("paths").add(resolve))

const handlers = HttpApiBuilder.group(
  api,
  "paths",
  (group) =>
    Effect.map(
      Root.Root,
      (root) =>
        group.handle("resolve", ({ query }) => Effect.mapError(root.resolve(query.path), ResolveError.withoutHostPaths))
    )
)

const root = MemoryFileSystem.root({ "/f": "", "/loop": MemoryFileSystem.link("loop") })

const { dispose, handler } = HttpRouter.toWebHandler(
  HttpApiBuilder.layer(api).pipe(Layer.provide(handlers), Layer.provide([root, HttpServer.layerServices]), Layer.orDie),
  { disableLogger: true }
)

afterAll(dispose)

errorStatuses((request) => handler(request), Schema.decodeUnknownSync(ErrorSchema.ResolveError))
