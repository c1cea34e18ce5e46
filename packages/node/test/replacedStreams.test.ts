/** Streams stay in the root, also if a program has replaced Node's classes of streams, as `graceful-fs` does. */
import * as Fs from "@procfsroot/node/Fs"
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { once } from "node:events"
import NodeFs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { finished } from "node:stream/promises"
import { afterEach, describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

const { ReadStream, WriteStream } = NodeFs

const original = [ReadStream.prototype, WriteStream.prototype].map((prototype) => Reflect.get(prototype, "open"))

afterEach(() => {
  Object.assign(NodeFs, { ReadStream, WriteStream })
  Object.assign(ReadStream.prototype, { open: original[0] })
  Object.assign(WriteStream.prototype, { open: original[1] })
  syncBuiltinESMExports()
})

/** Opens the path of a stream on the host. */
function openOnHost(this: NodeFs.WriteStream & { fd: number; flags: string }) {
  NodeFs.open(this.path, this.flags, (error, fd) => {
    if (error !== null) return this.emit("error", error)
    this.fd = fd
    return this.emit("open", fd)
  })
}

/** As `graceful-fs` does. */
const replaceClasses = () => {
  const inheriting = (own: object & { readonly prototype: object }) => {
    function Replaced(this: object, ...args: ReadonlyArray<unknown>): unknown {
      return Reflect.apply(own as typeof Replaced, this, args) // which Node allows, too
    }
    Replaced.prototype = Object.assign(Object.create(own.prototype), { open: openOnHost })
    return Replaced
  }
  Object.assign(NodeFs, { ReadStream: inheriting(ReadStream), WriteStream: inheriting(WriteStream) })
}

const replaceOpen = () => {
  for (const { prototype } of [ReadStream, WriteStream]) Object.assign(prototype, { open: openOnHost })
}

interface Classes {
  readonly ReadStream: new(path: string) => NodeFs.ReadStream
  readonly WriteStream: new(path: string) => NodeFs.WriteStream
}

const roots = { "on a disk": (path: string) => openRoot(path), "in memory": async () => openMemoryRoot({}) }

describe.skipIf(without(onlyOnNode("streams of other runtimes do not call a replaced open"))).each([
  ["classes are replaced", replaceClasses],
  ["functions that open files are replaced", replaceOpen]
])("if Node's %s", (_, replace) => {
  it.each(Object.entries(roots))("the streams of a root %s open files in the root", async (_, open) => {
    using outside = temporary()
    using inside = temporary()
    const secret = `${outside.path}/secret`
    NodeFs.writeFileSync(secret, "secret")
    await using root = await open(inside.path)
    replace()
    syncBuiltinESMExports()
    const fs = Fs.make(root)
    const own = fs as unknown as Classes // which are not in the type

    const reading = [() => fs.createReadStream(secret), () => new own.ReadStream(secret)]
    for (const open of reading) {
      expect(await rejection(finished(open().resume()))).toMatchObject({ code: "ENOENT" })
    }
    const writing = [() => fs.createWriteStream(secret), () => new own.WriteStream(secret)]
    for (const open of writing) {
      expect(await rejection(finished(open().end("lost")))).toMatchObject({ code: "ENOENT" })
    }
    expect(NodeFs.readFileSync(secret, "utf8")).toBe("secret")

    await finished(fs.createWriteStream("/f").end("written"))
    const stream = new own.ReadStream("/f")
    const opened = once(stream, "ready")
    expect((await stream.toArray()).join("")).toBe("written")
    await opened
    await using file = await root.promises.open("/f")
    expect((await file.createReadStream().toArray()).join("")).toBe("written")
  })
})
