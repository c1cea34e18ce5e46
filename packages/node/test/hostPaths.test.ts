/** Checks that no error of a root, and no cause of one, has a path that only the host knows. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"

/** All texts in an error and its causes, except in stacks, and except the root as the caller named it. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value
  if (typeof value !== "object" || value === null) return
  for (const name of Object.getOwnPropertyNames(value)) {
    if (name !== "stack" && name !== "root") yield* textsIn(Reflect.get(value, name))
  }
}

/** More arguments than the path, for functions that need some. */
const others: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  chmod: [0o600],
  chown: [0, 0],
  lchmod: [0o600],
  lchown: [0, 0],
  appendFile: ["x"],
  writeFile: ["x"],
  writeFileAtomic: ["x"],
  readFileBounded: [10],
  utimes: [0, 0],
  lutimes: [0, 0],
  makeNode: [{ type: "FIFO" }],
  getExtendedAttribute: ["user.a"],
  removeExtendedAttribute: ["user.a"],
  setExtendedAttribute: ["user.a", new Uint8Array(1)],
  writeTemporary: ["x"]
}

/** Functions that take the text of a link before its path. */
const reversed = new Set(["symlink"])

const thrownBy = async (run: () => unknown): Promise<unknown> => {
  try {
    const found: unknown = await run()
    if (typeof found === "object" && found !== null && Symbol.asyncIterator in found) {
      await (found as AsyncIterable<unknown>)[Symbol.asyncIterator]().next() // it has just been asked
    }
    return undefined
  } catch (error) {
    return error
  }
}

describe.skipIf(without("fuse"))("errors have no host paths", () => {
  it.each(
    [
      {},
      { native: "none" },
      { strategy: "walk" },
      { offMainThread: true },
      { native: "none", offMainThread: true }
    ] as const
  )("%o", async (options) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    let failures = 0
    const check = async (name: string, run: () => unknown): Promise<void> => {
      const error = await thrownBy(run)
      if (error === undefined) return
      failures++
      const texts = [...textsIn(error)].map((text) => text.replace(` in the root "${fuse.path}"`, ""))
      const hostPaths = texts.filter((text) => text.includes("/proc/") || text.includes(fuse.place))
      expect.soft({ name, hostPaths }).toEqual({ name, hostPaths: [] })
    }
    const paths = ["/errno5", "/errno13/x", "/failsOnce5/once5", "/untyped/errno5", "/failSync/errno5/x", "/missing/x"]
    for (const functions of [root.promises, root.directory, root.sync, root.directorySync]) {
      for (const [name, run] of Object.entries(functions)) {
        if (typeof run !== "function") continue
        const base = name.replace(/Sync$/, "")
        for (const path of paths) {
          const args = reversed.has(base) ? ["target", path] : [path, ...(others[base] ?? [`${path}/other`])]
          await check(`${name} ${path}`, () => Reflect.apply(run, functions, args))
        }
      }
    }
    for (const path of paths) {
      await check(`resolve ${path}`, () => root.resolve(path))
      await check(`subRoot ${path}`, () => root.subRoot(path))
      await check(`locate ${path}`, async () => Promise.reject((await root.locate(path)).error))
      await check(`explain ${path}`, async () => Promise.reject((await root.explain(path)).result.error))
      await check(`resolveAll ${path}`, async () => Promise.reject((await root.resolveAll([path]))[0]?.error))
    }
    expect(failures).toBeGreaterThan(400)
  })
})
