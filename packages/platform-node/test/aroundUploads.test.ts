/** Where an uploaded file is written: the parts of the platform that use `node:fs` write it on the host. */
import * as Etag from "@effect/platform/Etag"
import { FileSystem } from "@effect/platform/FileSystem"
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpPlatform from "@effect/platform/HttpPlatform"
import type * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequests from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Multipart from "@effect/platform/Multipart"
import type * as Path from "@effect/platform/Path"
import { NodeHttpServer, NodeHttpServerRequest, NodeMultipart, NodePath } from "@procfsroot/testkit/platformNode"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { describe, expect, it } from "vitest"
import { anyPort, inTwo, type Two } from "./inTwo.js"

const { HttpServerRequest } = HttpServerRequests

describe("uploads", () => {
  const Where = Schema.Struct({ host: Schema.Boolean, root: Schema.Boolean })
  type Look = (path: string) => typeof Where.Type

  /** A server that responds to a POST with the place of the uploaded file. */
  type Server = (look: Look) => Layer.Layer<never, never, HttpServer.HttpServer | HttpRouter.HttpRouter.DefaultServices>

  /**
   * Posts one file, and returns where it was written. With `prepared`, the root's temporary directory is also created
   * on the host, under the same name, as an attacker could do who wants the upload.
   */
  const upload = ({ layer, root }: Two, server: Server, prepared: boolean) => {
    const made: Array<string> = []
    const twice = Layer.project(layer, FileSystem, FileSystem, (fs) => ({
      ...fs,
      makeTempDirectoryScoped: () =>
        Effect.tap(fs.makeTempDirectoryScoped(), (path) => {
          made.push(path)
          if (prepared) mkdirSync(path, { recursive: true })
        })
    }))
    const files = Layer.provideMerge(Layer.mergeAll(HttpPlatform.layer, Etag.layerWeak, NodePath.layer), twice)
    return Effect.gen(function*() {
      const { address } = yield* HttpServer.HttpServer
      if (address._tag !== "TcpAddress") throw new Error("it listens on a port")
      const body = new FormData()
      body.append("upload", new Blob(["content"]), "../../name")
      const response = yield* Effect.promise(() => fetch(`http://127.0.0.1:${address.port}/`, { method: "POST", body }))
      return response.ok ? yield* Effect.promise(() => response.json()) : response.status
    }).pipe(
      Effect.provide(
        server((path) => ({ host: existsSync(path), root: existsSync(root + path) })).pipe(
          Layer.provide(files),
          Layer.provideMerge(NodeHttpServer.layerServer(createServer, anyPort))
        )
      ),
      Effect.ensuring(Effect.sync(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })))),
      Effect.runPromise
    )
  }

  const schema = Schema.Struct({ upload: Multipart.FilesSchema })

  const pathOf = (persisted: Multipart.Persisted | typeof schema.Type): string => {
    const { upload } = persisted
    const [file] = Array.isArray(upload) ? upload : []
    return Multipart.isPersistedFile(file) ? file.path : ""
  }

  const app = <E>(
    persisted: Effect.Effect<
      Multipart.Persisted | typeof schema.Type,
      E,
      HttpServerRequests.HttpServerRequest | FileSystem | Path.Path | Scope.Scope
    >
  ): Server =>
  (look) =>
    HttpServer.serve(
      Effect.flatMap(persisted, (persisted) => HttpServerResponse.json(look(pathOf(persisted)))).pipe(
        Effect.catchAll(() => HttpServerResponse.empty({ status: 500 }))
      )
    )

  const buffered: Server = (look) => {
    const endpoint = HttpApiEndpoint.post("post", "/").setPayload(HttpApiSchema.Multipart(schema)).addSuccess(Where)
    const api = HttpApi.make("api").add(HttpApiGroup.make("group").add(endpoint))
    const group = HttpApiBuilder.group(
      api,
      "group",
      (handlers) => handlers.handle("post", ({ payload }) => Effect.succeed(look(pathOf(payload))))
    )
    return HttpApiBuilder.serve().pipe(Layer.provide(HttpApiBuilder.api(api)), Layer.provide(group))
  }

  const streamed: Server = (look) => {
    const endpoint = HttpApiEndpoint.post("post", "/").setPayload(HttpApiSchema.MultipartStream(schema)).addSuccess(
      Where
    )
    const api = HttpApi.make("api").add(HttpApiGroup.make("group").add(endpoint))
    const group = HttpApiBuilder.group(
      api,
      "group",
      (handlers) =>
        handlers.handle("post", ({ payload }) =>
          Multipart.toPersisted(payload).pipe(
            Effect.map((persisted) => look(pathOf(persisted))),
            Effect.scoped,
            Effect.orDie
          ))
    )
    return HttpApiBuilder.serve().pipe(Layer.provide(HttpApiBuilder.api(api)), Layer.provide(group))
  }

  const around = {
    "request.multipart": app(Effect.flatMap(HttpServerRequest, (request) => request.multipart)),
    "HttpServerRequest.schemaBodyMultipart": app(HttpServerRequests.schemaBodyMultipart(schema)),
    "HttpServerRequest.schemaBodyForm": app(HttpServerRequests.schemaBodyForm(schema)),
    "HttpApiSchema.Multipart": buffered,
    "NodeMultipart.persisted": app(Effect.flatMap(HttpServerRequest, (request) => {
      const message = NodeHttpServerRequest.toIncomingMessage(request)
      return NodeMultipart.persisted(message, message.headers)
    }))
  }

  it.for(Object.keys(around) as ReadonlyArray<keyof typeof around>)(
    "%s: writes to the host or fails",
    (way) =>
      inTwo(async (two) => {
        expect(await upload(two, around[way], true)).toEqual({ host: true, root: false })
        expect(await upload(two, around[way], false)).toBe(500)
      })
  )

  const inside = {
    "Multipart.toPersisted(request.multipartStream)": app(
      Effect.flatMap(HttpServerRequest, (request) => Multipart.toPersisted(request.multipartStream))
    ),
    "HttpApiSchema.MultipartStream, Multipart.toPersisted": streamed
  }

  it.for(Object.keys(inside) as ReadonlyArray<keyof typeof inside>)(
    "%s: writes to the root",
    (way) =>
      inTwo(async (two) => {
        expect(await upload(two, inside[way], true)).toEqual({ host: false, root: true })
        expect(await upload(two, inside[way], false)).toEqual({ host: false, root: true })
      })
  )
})
