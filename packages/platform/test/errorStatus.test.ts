/** The statuses with which an HTTP API sends errors, as docs/errors.md describes. */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpServer from "@effect/platform/HttpServer"
import * as ErrorSchema from "@procfsroot/platform/ErrorSchema"
import { MemoryFileSystem, ResolveError, Root } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { afterAll, expect, it } from "vitest"

const resolve = HttpApiEndpoint.get("resolve", "/resolve")
  .setUrlParams(Schema.Struct({ path: Schema.String }))
  .addSuccess(Schema.String)
  .addError(ErrorSchema.PathNotFound, { status: 404 })
  .addError(ErrorSchema.SymlinkLoop, { status: 422 })
  .addError(ErrorSchema.ResolveError)

const api = HttpApi.make("api").add(HttpApiGroup.make("paths").add(resolve))

const handlers = HttpApiBuilder.group(
  api,
  "paths",
  (group) =>
    group.handle(
      "resolve",
      ({ urlParams }) => Effect.mapError(Root.resolve(urlParams.path), ResolveError.withoutHostPaths)
    )
)

const root = MemoryFileSystem.root({ "/f": "", "/loop": MemoryFileSystem.link("loop") })

const { dispose, handler } = HttpApiBuilder.toWebHandler(
  Layer.mergeAll(
    HttpApiBuilder.api(api).pipe(Layer.provide(handlers), Layer.provide(root), Layer.orDie),
    HttpServer.layerContext
  )
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
