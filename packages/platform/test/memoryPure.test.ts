/** The file system in memory runs in a browser: it imports nothing from Node, not even indirectly. */
import { describe, expect, it } from "@effect/vitest"
import { forBrowser } from "@procfsroot/testkit/bundle"
import { runInNewContext } from "node:vm"

const source = (path: string): URL => new URL(path, import.meta.url)

describe.each([
  ["MemoryFileSystem", "./programs/inBrowser.ts", "/run/motd: hello"],
  ["MemoryProcesses", "./programs/processesInBrowser.ts", "nginx: web"]
])("%s in a browser", (name, program, answer) => {
  it("can be bundled; bundling fails for a file that needs Node", async () => {
    await expect(forBrowser(source(`../src/${name}.ts`))).resolves.toContain("InvalidTree")
    await expect(forBrowser(source("../../testkit/src/temporary.ts"))).rejects.toThrow("node:fs")
  })

  it("works without Node's globals", async () => {
    const script = await forBrowser(source(program))
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
    expect(runInNewContext(`${script}; bundle.answer`, globals)).toBe(answer)
  })
})
