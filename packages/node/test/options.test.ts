/** A misspelt option of a root is refused with its values, and nothing is opened. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { misspeltOptions } from "@procfsroot/testkit/misspelt"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

describe("an option of a root", () => {
  const all: Readonly<Record<string, (path: string, options: Options) => Promise<OpenRoot>>> = {
    "on a disk": openRoot,
    "in memory": async (_, options) => openMemoryRoot({}, options),
    "in another root": async (path, options) => {
      await using root = await openRoot(path)
      return await root.subRoot("/", options)
    },
    "in a root in memory": (_, options) => openMemoryRoot({}).subRoot("/", options)
  }

  it.each<readonly [options: object, message: string]>([
    ...misspeltOptions,
    [{ native: "ffi", strategy: "walk" }, `native must be auto, koffi, runtime or none, not "ffi"`]
  ])("%j is refused, and nothing is opened", async (options, message) => {
    using directory = temporary()
    const before = await atRest()
    // As from a settings file, which no compiler checks.
    const given: Options = JSON.parse(JSON.stringify(options))
    await expect(openRoot(directory.path, given)).rejects.toThrow(new RangeError(message))
    expect(await settled(before)).toBe(before)
  })

  it("crashes must be true or false", () => {
    const given: Parameters<typeof openMemoryRoot>[1] = JSON.parse(`{ "crashes": "yes" }`)
    expect(() => openMemoryRoot({}, given)).toThrow(new RangeError(`crashes must be true or false, not "yes"`))
  })

  it.each(Object.entries(all))("maxRemembered must be a number of at least 0 %s", async (_, open) => {
    using directory = temporary()
    await using root = await open(directory.path, {})
    expect(await rejection(root.resolveAll(["/"], { maxRemembered: NaN })))
      .toEqual(new RangeError("maxRemembered must be a whole number of at least 0, not NaN"))
  })

  it.each(Object.entries(all))("readOnly must be true or false %s", async (_, open) => {
    using directory = temporary()
    const before = await atRest()
    const given: Options = JSON.parse(`{ "readOnly": "yes" }`)
    expect(await rejection(open(directory.path, given)))
      .toEqual(new RangeError(`readOnly must be true or false, not "yes"`))
    expect(await settled(before)).toBe(before)
  })

  it.each([false, true])("has no effect if the caller changes it later (offMainThread: %s)", async (offMainThread) => {
    using directory = temporary()
    mkdirSync(`${directory.path}/d`)
    const strict = { containment: "beneath", readOnly: true } as const
    const loose = { containment: "clamp", readOnly: false } as const
    const changing = async (open: (options: Options) => Promise<OpenRoot>, given: Options): Promise<OpenRoot> => {
      const options: Options = { ...given, ...strict }
      const opening = open(options)
      Object.assign(options, loose)
      return await opening
    }
    const check = async ({ promises, sync }: OpenRoot) => {
      expect(await rejection(promises.writeFile("f", ""))).toMatchObject({ code: "EROFS" })
      expect(() => sync.writeFileSync("f", "")).toThrow("EROFS")
      expect(await rejection(promises.readdir("/"))).toMatchObject({ code: "EXDEV" })
    }
    await using root = await changing((options) => openRoot(directory.path, options), { offMainThread })
    await check(root)
    await using inner = await root.subRoot("d")
    await check(inner)
    await using outer = await openRoot(directory.path, { offMainThread })
    await using other = await changing((options) => outer.subRoot("d", options), {})
    await check(other)
  })
})
