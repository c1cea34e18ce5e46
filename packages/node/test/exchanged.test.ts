/** A directory that is exchanged for a link just before its entries are read. */
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import { openRoot } from "../src/index.js"

it.each(["kernel", "walk"] as const)("does not lead a walk of the tree out of the root: %s", async (strategy) => {
  using outside = temporary()
  using box = temporary()
  writeFileSync(`${outside.path}/secret`, "")
  mkdirSync(`${box.path}/d`)
  writeFileSync(`${box.path}/d/f`, "")
  await using root = await openRoot(box.path, { strategy })
  const enter = (): boolean => {
    renameSync(`${box.path}/d`, `${box.path}/moved`)
    symlinkSync(outside.path, `${box.path}/d`)
    return true
  }
  const seen: Array<string> = []
  const walked = async (): Promise<void> => {
    for await (const { path } of root.directory.walkTree("/", { enter })) seen.push(path)
  }
  await walked().catch(({ code }: NodeJS.ErrnoException) => seen.push(String(code)))
  expect(seen.filter((path) => path.includes("secret"))).toEqual([])
  expect(seen).toContain("d")
})
