/** Copies that run at the same time, and copies that are aborted, do not share their contents. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"

const numbers = Array.from({ length: 6 }, (_, i) => i + 1)

it.each([false, true])("many at once, off the main thread: %s", async (offMainThread) => {
  using box = temporary()
  await using root = await openRoot(box.path, { native: "none", offMainThread })
  for (const i of numbers) writeFileSync(`${box.path}/${i}`, Buffer.alloc(i * 700_000, i))
  const aborting = numbers.map(async (i) => {
    const controller = new AbortController()
    const copied = root.promises.cp(`/${i}`, `/aborted-${i}`, { signal: controller.signal })
    setImmediate(() => controller.abort())
    return await copied.then(() => true, () => false)
  })
  const copying = numbers.map((i) => root.promises.copyFile(`/${i}`, `/copy-${i}`))
  root.sync.copyFileSync("/6", "/sync")
  const [aborted] = await Promise.all([Promise.all(aborting), Promise.all(copying)])
  const same = (a: string, b: string) => readFileSync(`${box.path}/${a}`).equals(readFileSync(`${box.path}/${b}`))
  expect(numbers.filter((i) => !same(String(i), `copy-${i}`))).toEqual([])
  expect(same("6", "sync")).toBe(true)
  const whole = numbers.filter((_, i) => aborted[i])
  expect(readdirSync(box.path).filter((name) => name.startsWith("aborted")).toSorted())
    .toEqual(whole.map((i) => `aborted-${i}`))
  expect(whole.filter((i) => !same(String(i), `aborted-${i}`))).toEqual([])
})
