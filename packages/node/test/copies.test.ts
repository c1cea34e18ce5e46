/** Copies that run at the same time, and copies that are aborted, do not share their contents. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"

const numbers = Array.from({ length: 6 }, (_, i) => i + 1)

/** A directory with files that are copied in parts, each with another content. */
const box = () => {
  const directory = temporary()
  for (const i of numbers) writeFileSync(`${directory.path}/${i}`, Buffer.alloc(i * 700_000, i))
  const same = (a: string, b: string) =>
    readFileSync(`${directory.path}/${a}`).equals(readFileSync(`${directory.path}/${b}`))
  return Object.assign(directory, { same })
}

it.each([false, true])("many at once, off the main thread: %s", async (offMainThread) => {
  using directory = box()
  await using root = await openRoot(directory.path, { native: "none", offMainThread })
  const copying = numbers.map((i) => root.promises.copyFile(`/${i}`, `/copy-${i}`))
  root.sync.copyFileSync("/6", "/sync")
  await Promise.all(copying)
  expect(numbers.filter((i) => !directory.same(String(i), `copy-${i}`))).toEqual([])
  expect(directory.same("6", "sync")).toBe(true)
})

// Off the main thread, what has begun goes on.
it("some of which are aborted", async () => {
  using directory = box()
  await using root = await openRoot(directory.path, { native: "none" })
  const aborting = numbers.map((i) => {
    const controller = new AbortController()
    const copied = root.promises.cp(`/${i}`, `/aborted-${i}`, { signal: controller.signal })
    setImmediate(() => controller.abort())
    return copied.then(() => true, () => false)
  })
  const copying = numbers.map((i) => root.promises.copyFile(`/${i}`, `/copy-${i}`))
  const [isWhole] = await Promise.all([Promise.all(aborting), Promise.all(copying)])
  expect(numbers.filter((i) => !directory.same(String(i), `copy-${i}`))).toEqual([])
  const left = readdirSync(directory.path).filter((name) => name.startsWith("aborted"))
  expect(left).toEqual(expect.arrayContaining(numbers.filter((_, i) => isWhole[i]).map((i) => `aborted-${i}`)))
  // Nothing is half copied.
  expect(left.filter((name) => !directory.same(name, name.slice("aborted-".length)))).toEqual([])
})
