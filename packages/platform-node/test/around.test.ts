/**
 * The parts of @effect/platform-node that have their own file system and so go around a root, in the order of the table
 * in docs/security.md: what each of them does today, and that its replacement stays inside. A failure here may be good
 * news: find out what has changed, and update the page.
 */
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import { FileSystem } from "@effect/platform/FileSystem"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpServer from "@effect/platform/HttpServer"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Path from "@effect/platform/Path"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import * as PlatformLogger from "@effect/platform/PlatformLogger"
import {
  type NodeClusterHttp,
  NodeCommandExecutor,
  NodeContext,
  NodeHttpServer,
  NodeKeyValueStore,
  NodePath,
  NodeTerminal,
  NodeWorker
} from "@procfsroot/testkit/platformNode"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { describe, expect, expectTypeOf, it } from "vitest"
import { anyPort, inTwo } from "./inTwo.js"

const read = (path: string) => Effect.flatMap(FileSystem, (fs) => fs.readFileString(path))

describe("layers that contain NodeFileSystem", () => {
  const layers = {
    "NodeContext.layer": NodeContext.layer,
    "NodeHttpServer.layer": NodeHttpServer.layer(createServer, anyPort),
    "NodeHttpServer.layerConfig": NodeHttpServer.layerConfig(createServer, Config.succeed(anyPort)),
    "NodeHttpServer.layerContext": NodeHttpServer.layerContext,
    "NodeHttpServer.layerTest": NodeHttpServer.layerTest
  }

  it.for(Object.keys(layers) as ReadonlyArray<keyof typeof layers>)(
    "%s: the nearest layer wins",
    (name) =>
      inTwo(async ({ file, layer }) => {
        // A union of layers has no common signature for `provide`, but each of them provides at least FileSystem.
        const around: Layer.Layer<FileSystem, unknown> = layers[name]
        const near = read(file).pipe(Effect.provide(around), Effect.provide(layer))
        const far = read(file).pipe(Effect.provide(layer), Effect.provide(around))
        expect(await Effect.runPromise(near)).toBe("host")
        expect(await Effect.runPromise(far)).toBe("root")
      })
  )

  it("conflict with the root's layer in a merge, where the last one wins", () =>
    inTwo(async ({ file, layer }) => {
      const readWith = (merged: Layer.Layer<FileSystem, unknown>) =>
        Effect.runPromise(Effect.provide(read(file), merged))
      expect(await readWith(Layer.mergeAll(layer, NodeContext.layer))).toBe("host")
      expect(await readWith(Layer.mergeAll(NodeContext.layer, layer))).toBe("root")
    }))

  it("NodeClusterHttp.layerHttpServer is one of them", () => {
    type Made = Layer.Layer.Success<typeof NodeClusterHttp.layerHttpServer>
    expectTypeOf<FileSystem>().toExtend<Made>()
    expectTypeOf<Layer.Layer.Success<typeof layers["NodeHttpServer.layer"]>>().toEqualTypeOf<Made>()
  })

  it("the parts of NodeContext.layer without NodeFileSystem can be merged with the root's layer", () =>
    inTwo(async ({ file, layer }) => {
      const parts = Layer.mergeAll(NodePath.layer, NodeTerminal.layer, NodeWorker.layerManager)
      expect(await read(file).pipe(Effect.provide(Layer.provideMerge(parts, layer)), Effect.runPromise)).toBe("root")
    }))

  it("do not affect a program that has its own tag for files", () =>
    inTwo(async ({ file, layer }) => {
      class Files extends Context.Tag("test/Files")<Files, FileSystem>() {}
      const program = Effect.flatMap(Files, (files) => files.readFileString(file)).pipe(
        Effect.provide(NodeContext.layer)
      )
      expectTypeOf(program).toExtend<Effect.Effect<string, unknown, Files>>()
      expectTypeOf(program).not.toExtend<Effect.Effect<string, unknown>>()
      const files = Layer.project(layer, FileSystem, Files, identity)
      expect(await program.pipe(Effect.provide(files), Effect.runPromise)).toBe("root")
    }))
})

describe("Command.workingDirectory", () => {
  it("is checked in the root, but used on the host", () =>
    inTwo(async ({ directory, layer, root }) => {
      const cat = Command.make("cat", "file").pipe(Command.workingDirectory(directory), Command.string)
      const run = <A, E>(effect: Effect.Effect<A, E, CommandExecutor>) =>
        effect.pipe(Effect.provide(Layer.provide(NodeCommandExecutor.layer, layer)), Effect.runPromise)
      expect(await run(cat)).toBe("host")
      rmSync(root + directory, { recursive: true })
      expect(await run(Effect.flip(cat))).toMatchObject({ reason: "NotFound", method: "access" })
    }))
})

describe("KeyValueStore", () => {
  const store = Effect.flatMap(KeyValueStore.KeyValueStore, (store) => store.set("key", "value"))

  it("NodeKeyValueStore.layerFileSystem writes on the host", () =>
    inTwo(async ({ directory, layer, root }) => {
      const values = NodeKeyValueStore.layerFileSystem(directory)
      await store.pipe(Effect.provide(values), Effect.provide(layer), Effect.runPromise)
      expect([readdirSync(directory), readdirSync(root + directory)]).toEqual([["file", "key"], ["file"]])
    }))

  it("KeyValueStore.layerFileSystem writes in the root", () =>
    inTwo(async ({ directory, layer, root }) => {
      const values = Layer.provide(KeyValueStore.layerFileSystem(directory), [NodePath.layer, layer])
      await store.pipe(Effect.provide(values), Effect.runPromise)
      expect([readdirSync(directory), readdirSync(root + directory)]).toEqual([["file"], ["file", "key"]])
    }))
})

describe("Path", () => {
  it.for([["NodePath.layer", NodePath.layer], ["Path.layer", Path.layer]] as const)(
    "%s resolves from the host's working directory, but a root resolves from its /",
    ([, pathLayer]) =>
      inTwo(async ({ layer, root }) => {
        writeFileSync(`${root}/file`, "root")
        const program = Effect.gen(function*() {
          const path = yield* Path.Path
          const relative = yield* read("file")
          return { resolved: path.resolve("file"), relative, missing: yield* Effect.flip(read(path.resolve("file"))) }
        })
        const answer = await program.pipe(Effect.provide([pathLayer, layer]), Effect.runPromise)
        expect(answer).toMatchObject({
          resolved: `${process.cwd()}/file`,
          relative: "root",
          missing: { reason: "NotFound" }
        })
      })
  )

  it("resolves from an absolute first part", () =>
    inTwo(async ({ file, layer }) => {
      const program = Effect.flatMap(Path.Path, (path) => read(path.resolve("/", file.slice(1))))
      expect(await program.pipe(Effect.provide([NodePath.layer, layer]), Effect.runPromise)).toBe("root")
    }))
})

describe("sockets that have a path", () => {
  it("are on the host", () =>
    inTwo(async ({ directory, layer, root }) => {
      const path = `${directory}/socket`
      await HttpServer.HttpServer.pipe(
        Effect.map(() => [existsSync(path), existsSync(root + path)]),
        Effect.provide(NodeHttpServer.layerServer(createServer, { path })),
        Effect.provide(layer),
        Effect.runPromise
      ).then((found) => expect(found).toEqual([true, false]))
    }))
})

describe("modules that use the service FileSystem stay inside", () => {
  it("HttpBody.file", () =>
    inTwo(async ({ file, layer }) => {
      const body = Effect.flatMap(HttpBody.file(file), ({ stream }) => Stream.mkString(Stream.decodeText(stream)))
      expect(await body.pipe(Effect.provide(layer), Effect.runPromise)).toBe("root")
    }))

  it("PlatformConfigProvider.fromDotEnv", () =>
    inTwo(async ({ directory, layer, root }) => {
      writeFileSync(`${directory}/.env`, "PLACE=host\n")
      writeFileSync(`${root}${directory}/.env`, "PLACE=root\n")
      const place = Effect.flatMap(
        PlatformConfigProvider.fromDotEnv(`${directory}/.env`),
        (provider) => Effect.withConfigProvider(Config.string("PLACE"), provider)
      )
      expect(await place.pipe(Effect.provide(layer), Effect.runPromise)).toBe("root")
    }))

  it("PlatformLogger.toFile", () =>
    inTwo(async ({ directory, layer, root }) => {
      const logger = Logger.replaceScoped(
        Logger.defaultLogger,
        PlatformLogger.toFile(Logger.logfmtLogger, `${directory}/log`)
      )
      await Effect.log("hello").pipe(Effect.provide(logger), Effect.provide(layer), Effect.runPromise)
      expect(readFileSync(`${root}${directory}/log`, "utf8")).toContain("hello")
      expect(existsSync(`${directory}/log`)).toBe(false)
    }))
})

describe("the modules of @effect/platform-node", () => {
  /** Matches modules that open files, sockets or programs themselves, or contain a layer that does. */
  const around = /NodeFileSystem|NodeContext|NodeHttpServer|NodeHttpPlatform|node:(fs|net|child_process)/

  const found = (directory: string): ReadonlyArray<string> =>
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js") && around.test(readFileSync(`${directory}/${name}`, "utf8")))
      .toSorted()

  it("that go around a root are only the ones above", () => {
    const { resolve } = createRequire(new URL("../../testkit/package.json", import.meta.url))
    const node = dirname(realpathSync(resolve("@effect/platform-node/package.json")))
    expect(found(`${node}/dist/esm`)).toEqual([
      "NodeClusterHttp.js", // `layerHttpServer` is NodeHttpServer.layer
      "NodeClusterSocket.js", // reads the service account of the machine, as intended
      "NodeContext.js",
      "NodeFileSystem.js",
      "NodeFileSystem/ParcelWatcher.js", // watches for NodeFileSystem, and is not a FileSystem
      "NodeHttpPlatform.js",
      "NodeHttpServer.js",
      "NodeHttpServerRequest.js", // returns Node's request
      "index.js",
      "internal/httpPlatform.js",
      "internal/httpServer.js"
    ])
    expect(found(`${node}/../platform-node-shared/dist/esm`)).toEqual([
      "NodeFileSystem.js",
      "NodeKeyValueStore.js",
      "NodeSocket.js",
      "NodeSocketServer.js",
      "internal/commandExecutor.js",
      "internal/fileSystem.js",
      "internal/multipart.js"
    ])
  })
})
