import * as Etag from "@effect/platform/Etag"
import { FileSystem } from "@effect/platform/FileSystem"
import * as HttpPlatform from "@effect/platform/HttpPlatform"
import * as HttpServer from "@effect/platform/HttpServer"
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { NodeHttpServer, NodeRuntime } from "@procfsroot/testkit/platformNode"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"

/** Sends the requested file of the root, and 404 for directories, devices and fifos. */
export const sendFile = Effect.gen(function*() {
  const { url } = yield* HttpServerRequest
  const path = yield* Effect.try(() => decodeURIComponent(url.replace(/[?#].*$/s, "")))
  const { type } = yield* Effect.flatMap(FileSystem, (fs) => fs.stat(path))
  return type === "File" ? yield* HttpServerResponse.file(path) : HttpServerResponse.empty({ status: 404 })
}).pipe(Effect.catchAll(() => HttpServerResponse.empty({ status: 404 })))

/** Everything that a response with a file needs, over one root. */
export const filesOf = (root: string) =>
  Layer.provideMerge(
    Layer.mergeAll(HttpPlatform.layer, Etag.layerWeak),
    NodeRootFileSystem.layer(root, { readOnly: true })
  )

export const serve = (root: string) => HttpServer.serve(sendFile).pipe(Layer.provide(filesOf(root)))

export const main = () =>
  serve("/srv/www").pipe(
    Layer.provide(NodeHttpServer.layerServer(createServer, { port: 8080 })),
    Layer.launch,
    NodeRuntime.runMain
  )
