/** The statuses with which an HTTP API sends errors, as docs/errors.md describes. */
import { MemoryFileSystem, ResolveError, Root } from "@procfsroot/effect4"
import * as ErrorSchema from "@procfsroot/effect4/ErrorSchema"
import * as Effect from "effect/Effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { afterAll, expect, it } from "vitest"

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

it.each([["/f", 200], ["/none", 404], ["/loop", 422], ["/f/x", 500]])(
  "%s is answered with %i",
  async (path, status) => {
    const answer = await handler(new Request(`http://localhost/resolve?path=${path}`))
    expect(answer.status).toBe(status)
    const body: unknown = await answer.json()
    if (status !== 200) expect(Schema.decodeUnknownSync(ErrorSchema.ResolveError)(body)).toBeInstanceOf(Error)
  }
)
