/** What a browser needs of the file system in memory: that nothing it imports, itself or through others, is Node's. */
import { describe, expect, it } from "@effect/vitest"
import { forBrowser } from "@procfsroot/testkit/bundle"
import { runInNewContext } from "node:vm"

const source = (path: string): URL => new URL(path, import.meta.url)

describe.each([
  ["MemoryFileSystem", "./programs/inBrowser.ts", "/run/motd: hello"],
  ["MemoryProcesses", "./programs/processesInBrowser.ts", "nginx: web"]
])("%s in a browser", (name, program, answer) => {
  it("can be bundled for one, where a file that needs Node cannot", async () => {
    await expect(forBrowser(source(`../src/${name}.ts`))).resolves.toContain("InvalidTree")
    await expect(forBrowser(source("../../testkit/src/temporary.ts"))).rejects.toThrow("node:fs")
  })

  it("works where there is nothing of Node's", async () => {
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
