/** Tests that replace the timers and the clock do not stop a root. Node's own `fs` does not use the global ones. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { bundled } from "@procfsroot/testkit/bundle"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { symlinkSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, expect, it, vi } from "vitest"

/** In milliseconds. With the global timers, the first two tests would wait forever. */
const timeout = 10_000

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it("a watch reports changes while timers are fake", { timeout }, async () => {
  using directory = temporary()
  await using root = await openRoot(directory.path)
  vi.useFakeTimers()
  const changes = root.promises.watch("/")[Symbol.asyncIterator]()
  const next = changes.next()
  writeFileSync(`${directory.path}/f`, "") // the watch began with the call of `next`
  expect(await next).toMatchObject({ value: { eventType: "rename", filename: "f" } })
  await changes.return?.()
})

it("other threads resolve paths while timers are fake", { timeout }, async () => {
  using directory = temporary()
  await using root = await openRoot(directory.path, { offMainThread: true, strategy: "walk" })
  vi.useFakeTimers()
  expect(await root.resolveAll(["/", "/none"])).toMatchObject([{ path: "/" }, { error: { code: "ENOENT" } }])
})

/** What a program prints. Node 20 warns that `mock.timers` is experimental. */
const printedBy = (program: string) => {
  const { stderr, stdout } = spawnSync(process.execPath, ["--no-warnings", program], { encoding: "utf8", timeout })
  return { stderr, stdout }
}

const nodeStreams = onlyOnNode("streams of other runtimes use the global ones")

it.skipIf(without(nodeStreams))("streams end while nextTick and queueMicrotask are fake", async () => {
  const program = await bundled(new URL("./programs/fakeTicks.ts", import.meta.url))
  expect(printedBy(program)).toEqual({ stderr: "", stdout: "content\nf\nclosed\n" })
})

it("promises settle if timers were fake before the modules were loaded", async () => {
  const program = await bundled(new URL("./programs/fakeTimers.ts", import.meta.url))
  expect(printedBy(program)).toEqual({ stderr: "", stdout: "content\n".repeat(3) })
})

it("promises settle and a watch reports changes if node:test had mocked the timers before the modules were loaded", () => {
  // Not bundled: a bundle loads the timers first.
  const program = fileURLToPath(new URL("./programs/mockTimers.mjs", import.meta.url))
  expect(printedBy(program)).toEqual({ stderr: "", stdout: "content\n".repeat(3) + "new\n" })
})

it("links are followed while the clock is forbidden", async () => {
  using directory = temporary()
  writeFileSync(`${directory.path}/f`, "content")
  symlinkSync("/f", `${directory.path}/link`)
  await using root = await openRoot(directory.path, { strategy: "walk" })
  vi.stubGlobal("performance", undefined)
  expect(await root.promises.readFile("/link", "utf8")).toBe("content")
})
