/** A write of a stream fails with EAGAIN if a pipe is full, since a root opens files with `O_NONBLOCK`. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { makeSpecial } from "@procfsroot/testkit/special"
import { temporary } from "@procfsroot/testkit/temporary"
import * as NodeFs from "node:fs"
import type { Writable } from "node:stream"
import { describe, expect, it } from "vitest"
import { Fs, openMemoryRoot, type OpenRoot, openRoot } from "../src/index.js"

const streams: Readonly<Record<string, (root: OpenRoot.OpenRoot, path: string) => Promise<Writable>>> = {
  "a file": async ({ promises }, path) => (await promises.open(path, "w")).createWriteStream(),
  "`Fs`": async (root, path) => Fs.make(root).createWriteStream(path)
}

/** Writes all pieces at once, and waits until the stream is closed. Returns its error. */
const writeAll = async (stream: Writable, pieces: ReadonlyArray<string>): Promise<unknown> => {
  let failure: unknown
  stream.on("error", (error) => failure = error)
  stream.cork()
  for (const piece of pieces) stream.write(piece)
  stream.end()
  await new Promise((resolve) => stream.on("close", resolve))
  return failure
}

const code = onlyOnNode("only in Node does the error of a full pipe have a code")

describe.each(Object.entries(streams))("a stream of %s", (_, open) => {
  it.each([[["one"]], [["one", "two"]]])("tries to write %j again", async (pieces) => {
    await using root = openMemoryRoot({}, { faults: [{ method: "write", code: "EAGAIN", nth: 1 }] })
    expect(await writeAll(await open(root, "/f"), pieces)).toBeUndefined()
    expect(await root.promises.readFile("/f", "utf8")).toBe(pieces.join(""))
  })

  it.skipIf(without(code)).each([1, 40])("fails as in Node if nobody reads the fifo (%i pieces)", async (count) => {
    using directory = temporary()
    const path = `${directory.path}/fifo`
    makeSpecial(path, "FIFO", 0o600)
    const reader = NodeFs.openSync(path, NodeFs.constants.O_RDONLY | NodeFs.constants.O_NONBLOCK)
    const pieces = Array.from({ length: count }, () => "x".repeat(200_000 / count))
    try {
      const node = await NodeFs.promises.open(path, NodeFs.constants.O_WRONLY | NodeFs.constants.O_NONBLOCK)
      const expected = await writeAll(node.createWriteStream(), pieces)
      expect(expected).toMatchObject({ code: "ERR_SYSTEM_ERROR" })
      NodeFs.readSync(reader, Buffer.alloc(200_000))
      await using root = await openRoot(directory.path)
      expect(await writeAll(await open(root, "/fifo"), pieces)).toStrictEqual(expected)
    } finally {
      NodeFs.closeSync(reader)
    }
  })
})
