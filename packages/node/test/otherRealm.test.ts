/**
 * A program like Jest runs the modules of a test in a realm of their own, where `instanceof` is false for the errors
 * and the dates of Node.
 */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { bundled } from "@procfsroot/testkit/bundle"
import { temporary } from "@procfsroot/testkit/temporary"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { runInNewContext } from "node:vm"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { failureOf } from "./asOverNode.js"

beforeEach(() => {
  // Node's own classes are now those of another realm.
  for (const name of ["Date", "Error", "Uint8Array"]) vi.stubGlobal(name, runInNewContext(name))
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const date = runInNewContext("new Date(5000)")

const roots: Readonly<Record<string, Options | undefined>> = {
  "kernel": { strategy: "kernel" },
  "walk": { strategy: "walk" },
  "without native calls": { native: "none" },
  "memory": undefined
}

it.each(Object.entries(roots))("results and errors are the same: %s", async (_, options) => {
  using directory = temporary()
  await using root = options === undefined ? openMemoryRoot({}) : await openRoot(directory.path, options)
  const fs = root.promises
  await fs.writeFile("/f", new Uint8Array([1]))
  await fs.mkdir("/d")
  await fs.utimes("/f", date, date)
  expect((await fs.stat(Buffer.from("/f"))).mtimeMs).toBe(5000)
  expect(await fs.mkdir("/d/e/f", { recursive: true })).toBe("/d/e")
  await fs.rm("/none", { force: true })
  expect([
    await failureOf(fs.mkdir("/d")),
    await failureOf(fs.readdir("/f")),
    await failureOf(fs.readlink("/f")),
    await failureOf(fs.readFile("/d")),
    await failureOf(fs.rmdir("/d"))
  ]).toEqual([
    ["EEXIST", "mkdir", "/d"],
    ["ENOTDIR", "scandir", "/f"],
    ["EINVAL", "readlink", "/f"],
    ["EISDIR", "read", undefined],
    ["ENOTEMPTY", "rmdir", "/d"]
  ])
  await fs.rm("/d", { recursive: true })
  expect(existsSync(`${directory.path}/d`)).toBe(false)
})

it("a realm needs no Symbol.dispose, which Node itself adds only to its own before Node 24", async () => {
  const program = await bundled(new URL("./programs/inRealm.ts", import.meta.url), "cjs")
  const ofRealm: ReadonlyArray<string> = runInNewContext("Object.getOwnPropertyNames(globalThis)")
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !ofRealm.includes(name))
  const ofNode = globals.map((name) => [name, Reflect.get(globalThis, name)])
  const printed = new Promise((log) => {
    const own = { require: createRequire(program), module: {}, __filename: program, console: { log } }
    runInNewContext(readFileSync(program, "utf8"), { ...Object.fromEntries(ofNode), ...own })
  })
  expect(await printed).toBe("resolved")
})
