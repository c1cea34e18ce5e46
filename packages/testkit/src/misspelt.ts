/**
 * Checks that a misspelt option of a layer on a disk, or a path that is not text, is a defect that says what is wrong,
 * and that a layer keeps the options that it was made with.
 */
import { describe, expect, it } from "vitest"
import { temporary } from "./temporary.js"

type LayerName = "NodeRoot" | "NodeRootFileSystem"

/** Options that every root on a disk has, each with a value that it does not have, and the message that says so. */
export const misspeltOptions: ReadonlyArray<readonly [options: object, message: string]> = [
  [{ native: "ffi" }, `native must be auto, koffi, runtime or none, not "ffi"`],
  [{ strategy: "wlak" }, `strategy must be kernel or walk, not "wlak"`],
  [{ offMainThread: "yes" }, `offMainThread must be true or false, not "yes"`]
]

const cases: ReadonlyArray<readonly [layer: LayerName, options: object, message: string]> = [
  ...(["NodeRoot", "NodeRootFileSystem"] as const).flatMap((layer) =>
    misspeltOptions.map(([options, message]) => [layer, options, message] as const)
  ),
  ["NodeRootFileSystem", { readOnly: "yes" }, `readOnly must be true or false, not "yes"`],
  ["NodeRootFileSystem", { readOnly: "yes", offMainThread: true }, `readOnly must be true or false, not "yes"`],
  ["NodeRootFileSystem", { symlinks: ["forbid"] }, `symlinks must be follow or forbid, not ["forbid"]`]
]

/** Builds a layer of an edition in a directory. Returns the defect, or `undefined` if the layer was built. */
export type Defect = (layer: LayerName, directory: string, options: object) => Promise<unknown>

export const misspelt = (defect: Defect): void => {
  describe("an option", () => {
    it.each(cases)("of %s must have one of its values, and is not as in %j", async (layer, options, message) => {
      using directory = temporary()
      expect(await defect(layer, directory.path, options)).toEqual(new RangeError(message))
    })
  })

  it.each<readonly [layer: LayerName, options: object]>([
    ["NodeRoot", {}],
    ["NodeRoot", { offMainThread: true }],
    ["NodeRootFileSystem", {}]
  ])("the path of %s must be text: %j", async (layer, options) => {
    const missing: string = JSON.parse("null") // what a program without types can pass
    expect(await defect(layer, missing, options)).toEqual(
      new TypeError("The path of a root must be a string, not null")
    )
  })
}

/** Makes a `NodeRootFileSystem` layer. The returned function builds it, and writes a file. */
export type MakeLayer = (directory: string, options: { readonly readOnly: boolean }) => () => Promise<void>

export const keptOptions = (makeLayer: MakeLayer): void => {
  it("an option has no effect if the caller changes it after the layer was made", async () => {
    using directory = temporary()
    const options = { readOnly: true }
    const write = makeLayer(directory.path, options)
    options.readOnly = false
    await expect(write()).rejects.toThrow("EROFS")
  })
}
