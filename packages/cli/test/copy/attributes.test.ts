/** Tests what a copy says of attributes that its file system cannot keep, or that the user may not change. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { AttributeCopy } from "../../src/copy/attributes.js"
import { openBox } from "./boxes.js"

/** A file of a mount whose files belong to another user, as those of vfat and CIFS can. */
const another = (file: FileSync): FileSync => {
  const refuse = () => {
    throw Object.assign(new Error(), { code: "EPERM" })
  }
  return new Proxy(file, {
    get: (target, key) => {
      if (key === "chmod" || key === "utimes") return refuse
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === "function" ? value.bind(target) : value
    }
  })
}

describe("the attributes of a copy", () => {
  it("are lost if they cannot be set, which is said once for each", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    const stat = Fs.lstatSync(`${box.path}/from/f`, { bigint: true })
    const file = box.to.directorySync.openFile("/f", { flag: "w" })
    const copy = new AttributeCopy(false)
    try {
      const lost = ["the mode", "the times"].map((what) => `${what} could not be kept: operation not permitted (EPERM)`)
      expect(copy.toOpen({ stat }, another(file))).toBe(lost.join(", and "))
      expect(copy.toOpen({ stat }, another(file))).toBeUndefined()
      expect(copy.toOpen({ stat }, file)).toBeUndefined()
    } finally {
      file.close()
    }
  })
})
