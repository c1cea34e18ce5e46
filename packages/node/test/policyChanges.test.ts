/** Each call of a root has its own policy, even if only one option differs from that of the call before. */
import { openRoot, type ResolveOptions } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, realpathSync, symlinkSync } from "node:fs"
import { describe, expect, it } from "vitest"

/** The path in the root, without its slash. */
type Case = readonly [options: ResolveOptions, path: (box: string) => string]

const link = (box: string) => `${box}/l`

const cases: ReadonlyArray<Case> = [
  // An absolute path would be refused without a walk.
  [{ containment: "beneath" }, (box) => `../${box}/d`],
  [{ lastComponent: "keep" }, link],
  [{ missing: "last" }, (box) => `${box}/nope`],
  [{ symlinks: "forbid" }, link],
  [{ mounts: "forbid" }, () => "proc/self/stat"],
  [{ from: "/proc" }, link],
  [{ maxSymlinks: 0 }, link]
]

describe.each([false, true])("off the main thread: %s", (offMainThread) => {
  it.each(cases)("%j", async (options, pathIn) => {
    using directory = temporary()
    const box = realpathSync(directory.path)
    mkdirSync(`${box}/d`)
    symlinkSync("d", `${box}/l`)
    // Not by `openat2`, which needs no other thread for what the kernel has in its caches.
    await using root = await openRoot("/", { offMainThread, strategy: "walk" })
    const path = pathIn(box.slice(1))
    const ask = async (options: ResolveOptions): Promise<string> => {
      const [result] = await Promise.allSettled([root.resolve(path, options)])
      return result.status === "fulfilled" ? result.value : String(result.reason.code)
    }
    const [usual, changed, again] = [await ask({}), await ask(options), await ask({})]
    expect(changed).not.toBe(usual)
    expect(again).toBe(usual)
  })
})
