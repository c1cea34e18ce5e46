/** Streams over files that take only a part of what is written, which not every runtime's streams expect. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { once } from "node:events"
import { describe, expect, it } from "vitest"

const FREE = 8_192

describe.each([true, false])("a stream of which only a part can be written, in several buffers: %s", (inParts) => {
  it("fails", async () => {
    await using root = openMemoryRoot({}, { limits: { freeBytes: FREE } })
    const stream = (await root.promises.open("/f", "w")).createWriteStream()
    const failed = once(stream, "error")
    stream.cork()
    for (const part of inParts ? [FREE, FREE] : [2 * FREE]) stream.write(Buffer.alloc(part, "x"))
    stream.end()
    expect(await failed).toMatchObject([{ code: "ENOSPC", syscall: "write" }])
    expect((await root.promises.stat("/f")).size).toBe(FREE)
  })
})
