import { without } from "@procfsroot/testkit/judges"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { readTar } from "../../walk/tar.js"
import { archive, gnuTar, long } from "../archive.js"

const tree = `/dir/\\xff
/fifo|
/link -> dir
/${long}/hard
/${long}/soft`

describe.skipIf(without(gnuTar))("archives that are dropped on the page", () => {
  it.each(["gnu", "pax"] as const)("become trees: %s", async (format) => {
    const made = archive(format)
    expect(await readTar(new Blob([new Uint8Array(made)]))).toEqual({ tree, skipped: 1 })
    expect(await readTar(new Blob([new Uint8Array(gzipSync(made))]))).toEqual({ tree, skipped: 1 })
  })

  it("are refused with a message if they cannot be read", async () => {
    const made = archive("gnu")
    const refused = (bytes: Uint8Array) =>
      readTar(new Blob([new Uint8Array(bytes)])).then(() => "accepted", (error: Error) => error.message)
    expect(await refused(Buffer.from("text"))).toBe("it is not a tar archive")
    expect(await refused(Buffer.alloc(1000, "x"))).toContain("compressed by something other than gzip")
    for (const cut of [made.subarray(0, 700), archive("pax").subarray(0, 1024)]) {
      expect(await refused(cut)).toBe("it is truncated")
    }
    expect(await refused(Buffer.concat([made.subarray(0, 512), Buffer.alloc(512, "x")]))).toContain("is damaged")
    expect(await refused(gzipSync(made).subarray(0, 100))).not.toBe("accepted")
  })
})
