/** The statuses with which an HTTP API sends errors, as docs/errors.md describes. */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpServer from "@effect/platform/HttpServer"
import * as ErrorSchema from "@procfsroot/platform/ErrorSchema"
import { MemoryFileSystem, ResolveError, Root } from "@procfsroot/platform"
import { errorStatuses } from "@procfsroot/testkit/errorStatus"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { afterAll } from "vitest"

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

errorStatuses((request) => handler(request), Schema.decodeUnknownSync(ErrorSchema.ResolveError))
