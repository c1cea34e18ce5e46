/** Large contents are moved between threads, not copied, and small ones are sent in the same order. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/largeContent.mjs", import.meta.url))

it.each(["read", "write"])("is in memory only once more: %s", (method) => {
  using box = temporary()
  const { stderr, stdout } = spawnSync(process.execPath, [program, box.path, method], { encoding: "utf8" })
  expect(stderr).toBe("")
  expect(Number(stdout)).toBeGreaterThan(0)
  expect(Number(stdout)).toBeLessThan(1.7)
})

it("is written in the order of the calls, together with small contents, and stays the caller's", async () => {
  using box = temporary()
  await using root = await openRoot(box.path, { offMainThread: true })
  const parts = Array.from({ length: 60 }, (_, i) => Buffer.alloc(i % 3 === 0 ? 100_000 + i : i, i))
  await Promise.all(parts.map((part) => root.promises.appendFile("/f", part)))
  const whole = Buffer.concat(parts)
  expect(whole.equals(await root.promises.readFile("/f"))).toBe(true)
  await using file = await root.promises.open("/f", "r+")
  const read = Buffer.alloc(whole.length)
  expect((await file.read(read, 0, read.length, 0)).bytesRead).toBe(whole.length)
  expect(read.equals(whole)).toBe(true)
  expect((await file.write(whole.subarray(7), 0, 200_000, 0)).bytesWritten).toBe(200_000)
  expect(whole.subarray(7, 200_007).equals((await root.promises.readFile("/f")).subarray(0, 200_000))).toBe(true)
})
