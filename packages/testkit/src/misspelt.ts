/**
 * Checks that a misspelt option of a layer on a disk, or a path that is not text, is a defect that says what is wrong,
 * and that a layer keeps the options that it was made with.
 */
import { mkdirSync, statSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { archive } from "./archive.js"
import { inheriting } from "./inheriting.js"
import { without } from "./judges.js"
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
  [
    "NodeRootFileSystem",
    { createAs: { uid: 0, gid: "staff" } },
    `createAs.gid must be a whole number from 0 to 4294967294, not "staff"`
  ],
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

/** Each function makes a layer of an edition. The function that it returns builds the layer, and uses it. */
export interface LayersWithOptions {
  /** A `NodeRootFileSystem`, in which the file `f` is written. */
  readonly write: (
    directory: string,
    options: { readonly readOnly?: boolean; readonly createAs?: { readonly uid: number; readonly gid: number } }
  ) => () => Promise<void>
  /** A `NodeRoot`, whose strategy is returned. */
  readonly strategy: (directory: string, options: { readonly strategy: "kernel" | "walk" }) => () => Promise<string>
  /** A `TarFileSystem`. */
  readonly open: (archive: string, options: { readonly maxInodes: number }) => () => Promise<unknown>
}

export const keptOptions = ({ open, strategy, write }: LayersWithOptions): void => {
  describe("an option has no effect if the caller changes it after the layer was made:", () => {
    it("NodeRootFileSystem", async () => {
      using directory = temporary()
      const options = { readOnly: true }
      const written = write(directory.path, options)
      options.readOnly = false
      await expect(written()).rejects.toThrow("EROFS")
    })

    it.skipIf(without("root", "koffi"))("NodeRootFileSystem, for another user", async () => {
      using directory = temporary()
      const createAs = { uid: 5, gid: 6 }
      const written = write(directory.path, { createAs })
      createAs.uid = 0
      await written()
      expect(statSync(`${directory.path}/f`)).toMatchObject({ uid: 5, gid: 6 })
    })

    it("NodeRoot", async () => {
      const options: { strategy: "kernel" | "walk" } = { strategy: "walk" }
      const used = strategy("/", options)
      options.strategy = "kernel"
      expect(await used()).toBe("walk")
    })

    it("TarFileSystem", async () => {
      using directory = temporary()
      mkdirSync(`${directory.path}/base/d`, { recursive: true })
      const options = { maxInodes: 1 }
      const opened = open(archive(`${directory.path}/base`, `${directory.path}/tar`, "pax"), options)
      options.maxInodes = 10
      await expect(opened()).rejects.toThrow(/more than 1 /)
    })
  })

  it("a TarFileSystem for no number of files is a defect", async () => {
    const message = "maxInodes must be a whole number of at least 0, not NaN"
    await expect(open("/none", { maxInodes: NaN })()).rejects.toThrow(message)
  })

  it("NodeRoot and TarFileSystem apply inherited options", async () => {
    expect(await strategy("/", inheriting({}, { strategy: "walk" as const }))()).toBe("walk")
    using directory = temporary()
    mkdirSync(`${directory.path}/base/d`, { recursive: true })
    const opened = open(
      archive(`${directory.path}/base`, `${directory.path}/tar`, "pax"),
      inheriting({}, { maxInodes: 1 })
    )
    await expect(opened()).rejects.toThrow(/more than 1 /)
  })
}
