/**
 * A server that sends files of a root with the layer of docs/security.md, over real connections, and servers
 * without that layer.
 */
import * as Etag from "@effect/platform/Etag"
import { HttpPlatform } from "@effect/platform/HttpPlatform"
import * as HttpServer from "@effect/platform/HttpServer"
import { NodeHttpPlatform, NodeHttpServer } from "@procfsroot/testkit/platformNode"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { NodeRootFileSystem } from "../src/index.js"
import { anyPort, inTwo } from "./inTwo.js"
import { sendFile, serve } from "./programs/serveFiles.js"

interface Answer {
  readonly status: number
  readonly body: string
}

/** Sends the target of the request exactly as it is written here: a client would normalize the URL first. */
const get = (port: number, target: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1")
    const parts: Array<Buffer> = []
    socket.on("data", (part) => parts.push(part))
    socket.on("error", reject)
    socket.on("close", () => {
      const text = Buffer.concat(parts).toString()
      const [head = "", ...body] = text.split("\r\n\r\n")
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), body: body.join("\r\n\r\n") })
    })
    socket.write(`GET ${target} HTTP/1.0\r\n\r\n`)
  })

/** The responses of a server to each of the targets. */
const answers = <E>(server: Layer.Layer<HttpServer.HttpServer, E>, targets: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { address } = yield* HttpServer.HttpServer
    if (address._tag !== "TcpAddress") throw new Error("it listens on a port")
    return yield* Effect.forEach(targets, (target) => Effect.promise(() => get(address.port, target)))
  }).pipe(Effect.provide(server), Effect.runPromise)

const hostile = "root of the root\n"

describe("the recipe", () => {
  /** A hostile tree: for a server that does not stay inside, every link points out of it. */
  const inTree = async (use: (root: string, outside: string) => Promise<void>) => {
    using directory = temporary()
    const root = `${directory.path}/root`
    const outside = `${directory.path}/outside`
    mkdirSync(`${root}/etc`, { recursive: true })
    writeFileSync(outside, "outside\n")
    writeFileSync(`${root}/etc/passwd`, hostile)
    writeFileSync(`${root}/etc/a b%?`, "a strange name\n")
    symlinkSync("/etc/passwd", `${root}/absolute`)
    symlinkSync("../../../../../../../../etc/passwd", `${root}/etc/climbing`)
    symlinkSync("/etc", `${root}/directory`)
    symlinkSync("..", `${root}/up`)
    symlinkSync(outside, `${root}/outside`)
    symlinkSync("../outside", `${root}/beside`)
    symlinkSync("/proc/self/root/etc/passwd", `${root}/proc`)
    symlinkSync("loop", `${root}/loop`)
    execFileSync("mkfifo", [`${root}/fifo`])
    await use(root, outside)
  }

  const serveOn = (root: string) => Layer.provideMerge(serve(root), NodeHttpServer.layerServer(createServer, anyPort))

  it("sends the file of the root, however its path is written", () =>
    inTree(async (root) => {
      const targets = [
        "/etc/passwd",
        "//etc/passwd",
        "/etc//passwd",
        "/../../../../etc/passwd",
        "/%2e%2e/%2E%2E/%2e%2e/etc/passwd",
        "/..%2f..%2F..%2fetc%2fpasswd",
        "/.%2e/.%2e/etc/passwd",
        "/etc/../../../../../etc/./passwd",
        "/%2fetc%2fpasswd",
        "/etc/passwd?/../../outside",
        "/absolute",
        "/etc/climbing",
        "/directory/passwd",
        "/directory/climbing",
        "/up/up/etc/passwd",
        "/up/../etc/passwd"
      ]
      expect(await answers(serveOn(root), targets)).toEqual(targets.map(() => ({ status: 200, body: hostile })))
      expect(await answers(serveOn(root), ["/etc/a%20b%25%3f"])).toEqual([{ status: 200, body: "a strange name\n" }])
    }))

  it("responds with 404 if the root has no such file", () =>
    inTree(async (root, outside) => {
      const targets = [
        "/",
        "/etc",
        "/etc/",
        "/directory",
        "/etc/passwd/",
        "/etc/shadow",
        outside,
        `/..${outside}`,
        "/outside",
        "/beside",
        "/../outside",
        "/%2e%2e/outside",
        "/proc",
        "/proc/self/root/etc/passwd",
        "/loop",
        "/fifo",
        "/%252e%252e/etc/passwd",
        "/..\\..\\etc\\passwd",
        "/%5c..%5cetc%5cpasswd",
        "/etc/passwd%00.html",
        "/%00/etc/passwd",
        "/%",
        "/%ff%fe/etc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        `/${"x/".repeat(3000)}etc/passwd`,
        "http://localhost/etc/passwd",
        "file:///etc/passwd"
      ]
      expect(await answers(serveOn(root), targets)).toEqual(targets.map(() => ({ status: 404, body: "" })))
    }))

  it("has the layer of docs/security.md", () => {
    const layerIn = (path: string) =>
      /export const filesOf = [^]*?\n {2}\)\n/.exec(readFileSync(new URL(path, import.meta.url), "utf8"))?.[0]
    expect(layerIn("../../../docs/security.md")).toContain("HttpPlatform.layer")
    expect(layerIn("../../../docs/security.md")).toBe(layerIn("./programs/serveFiles.ts"))
  })
})

describe("without the recipe, but with a root's layer", () => {
  const app = HttpServer.serve(sendFile)

  const servers = {
    "NodeHttpServer.layer": (root: string) =>
      Layer.provideMerge(app, NodeHttpServer.layer(createServer, anyPort)).pipe(
        Layer.provide(NodeRootFileSystem.layer(root))
      ),
    "NodeHttpServer.layer, the root's layer nearer": (root: string) =>
      app.pipe(
        Layer.provide(NodeRootFileSystem.layer(root)),
        Layer.provideMerge(NodeHttpServer.layer(createServer, anyPort))
      ),
    "NodeHttpServer.layerConfig": (root: string) =>
      Layer.provideMerge(
        app,
        NodeHttpServer.layerConfig(
          createServer,
          Config.all({
            port: Config.succeed(0),
            host: Config.succeed("127.0.0.1")
          })
        )
      ).pipe(Layer.provide(NodeRootFileSystem.layer(root))),
    "NodeHttpPlatform.layer": (root: string) =>
      app.pipe(
        Layer.provide(NodeHttpPlatform.layer),
        Layer.provide(NodeRootFileSystem.layer(root)),
        Layer.provideMerge(NodeHttpServer.layerServer(createServer, anyPort))
      ),
    "NodeHttpPlatform.make": (root: string) =>
      app.pipe(
        Layer.provide(Layer.effect(HttpPlatform, NodeHttpPlatform.make)),
        Layer.provide([NodeRootFileSystem.layer(root), Etag.layerWeak]),
        Layer.provideMerge(NodeHttpServer.layerServer(createServer, anyPort))
      )
  }

  it.for(Object.keys(servers) as ReadonlyArray<keyof typeof servers>)(
    "%s sends the host's file",
    (name) =>
      inTwo(async ({ file, root }) => {
        expect(await answers(servers[name](root), [file])).toEqual([{ status: 200, body: "host" }])
      })
  )

  it("the recipe sends the root's file", () =>
    inTwo(async ({ file, root }) => {
      const server = Layer.provideMerge(serve(root), NodeHttpServer.layerServer(createServer, anyPort))
      expect(await answers(server, [file])).toEqual([{ status: 200, body: "root" }])
    }))
})
