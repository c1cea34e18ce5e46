/**
 * Two overlays with the same lower layer and the option `xino=on`: a file has the same inode number in both, above 2^63,
 * and only its device is another one.
 */
import { without } from "@procfsroot/testkit/judges"
import { mountedTemporary, mountOverlay } from "@procfsroot/testkit/mounts"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { openRoot } from "../src/index.js"

const recursive = { recursive: true } as const

/** Node shows such inode numbers as negative ones. */
const statOf = (path: string) => {
  const { dev, ino } = Fs.statSync(path, { bigint: true })
  return { dev, ino: BigInt.asUintN(64, ino) }
}

describe.skipIf(without("root", "mountHere"))("files whose inode number is above 2^63", () => {
  it.each(["kernel", "walk"] as const)("are copied from one file system to another: %s", async (strategy) => {
    using lower = mountedTemporary()
    using box = mountedTemporary()
    Fs.mkdirSync(`${lower.path}/d`)
    Fs.writeFileSync(`${lower.path}/f`, "old")
    for (const name of ["one", "two"]) {
      for (const part of ["", ".upper", ".work"]) Fs.mkdirSync(`${box.path}/${name}${part}`)
      const layer = `${box.path}/${name}`
      mountOverlay(layer, `lowerdir=${lower.path},upperdir=${layer}.upper,workdir=${layer}.work,xino=on`)
    }
    Fs.writeFileSync(`${box.path}/one/f`, "new")
    const [one, two] = [statOf(`${box.path}/one/f`), statOf(`${box.path}/two/f`)]
    expect(one.ino).toBeGreaterThan(2n ** 63n)
    expect(two.ino).toBe(one.ino)
    expect(two.dev).not.toBe(one.dev)
    await using root = await openRoot(box.path, { strategy })
    await root.promises.copyFile("/one/f", "/two/f")
    expect(Fs.readFileSync(`${box.path}/two/f`, "utf8")).toBe("new")
    await root.promises.cp("/one/d", "/two/d", recursive)
    await root.promises.cp("/one/d", "/two/d/inside", recursive)
    expect(Fs.readdirSync(`${box.path}/two/d`)).toEqual(["inside"])
  })
})
