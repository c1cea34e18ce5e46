/** What a browser needs of the file system in memory: that nothing it imports, itself or through others, is Node's. */
import { describe, expect, it } from "@effect/vitest"
import { forBrowser } from "@procfsroot/testkit/bundle"
import { runInNewContext } from "node:vm"

const source = (path: string): URL => new URL(path, import.meta.url)

describe("MemoryFileSystem in a browser", () => {
  it("can be bundled for one, where a file that needs Node cannot", async () => {
    await expect(forBrowser(source("../src/MemoryFileSystem.ts"))).resolves.toContain("InvalidTree")
    await expect(forBrowser(source("../../testkit/src/temporary.ts"))).rejects.toThrow("node:fs")
  })

  it("works where there is nothing of Node's", async () => {
    const script = await forBrowser(source("./programs/inBrowser.ts"))
    const globals = {
      TextEncoder,
      TextDecoder,
      URL,
      setTimeout,
      clearTimeout,
      queueMicrotask,
      AbortController,
      console
    }
    expect(runInNewContext(`${script}; bundle.answer`, globals)).toBe("/run/motd: hello")
  })
})
