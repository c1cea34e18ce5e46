/** Tests overlays with layers in which no name is looked up: they only have the content of files in the layers above. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { generator } from "@procfsroot/testkit/generator"
import { linux, without } from "@procfsroot/testkit/judges"
import { mountedTemporary, mountOverlay } from "@procfsroot/testkit/mounts"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { differences } from "./brute.js"
import { change, randomPath } from "./changing.js"
import { changesOf, makeAll } from "./overlays.js"

const CONTENT = "content"

/** Makes a regular file one whose content is that of `/data` in a layer below, or of a file that does not exist. */
const withoutContent = async (layer: string, path: string, isBroken: boolean): Promise<void> => {
  await using root = await openRoot(layer)
  const text = SurrogateEscape.decode(Buffer.from(path, "latin1"))
  if ((await root.directory.lstat(text).catch(() => undefined))?.type !== "File") return
  Fs.truncateSync(Buffer.from(layer + path, "latin1"), CONTENT.length)
  await root.directory.setExtendedAttribute(text, "trusted.overlay.metacopy", new Uint8Array())
  await root.directory.setExtendedAttribute(text, "trusted.overlay.redirect", Buffer.from(isBroken ? "/none" : "/data"))
}

describe.skipIf(without("mountHere", "root", linux(6, 5, "have data-only layers")))(
  "diff against an image with data-only layers",
  () => {
    const FIRST = Number(process.env["DIFF_SEED"] ?? 1)
    const SEEDS = Number(process.env["DIFF_SEEDS"] ?? 10)

    it.each([
      ["one layer", ["top"], "metacopy=on"],
      ["several layers", ["top", "bottom"], "metacopy=on,redirect_dir=on"]
    ])("finds the same as a comparison of all files, with %s above them", async (_, lowers, options) => {
      let found = 0
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        using box = mountedTemporary()
        const { path } = box
        makeAll(path, [...lowers, "data", "more", "empty", "upper", "work", "merged", "image"])
        // Neither of them shows a file of its own.
        change(`${path}/more`, seed + 5_000, 50)
        Fs.writeFileSync(`${path}/data/data`, CONTENT)
        const { random: next } = generator(seed)
        for (const [i, name] of lowers.entries()) {
          change(`${path}/${name}`, seed * 10 + i, 150)
          for (let times = 0; times < 10; times++) {
            await withoutContent(`${path}/${name}`, randomPath(next), next(5) === 0)
          }
        }
        const layers = (...more: ReadonlyArray<string>) =>
          `${[...lowers, ...more].map((name) => `${path}/${name}`).join(":")}::${path}/data::${path}/more`
        mountOverlay(
          `${path}/merged`,
          `lowerdir=${layers()},upperdir=${path}/upper,workdir=${path}/work,${options}`
        )
        // An overlay without an upper layer has at least two others.
        mountOverlay(`${path}/image`, `lowerdir=${layers("empty")},${options}`)
        change(`${path}/merged`, seed + 1_000, 60, false)
        const expected = differences(`${path}/merged`, `${path}/image`)
        const changes = await changesOf(`${path}/merged`)
        expect({ seed, changes: changes.toSorted() }).toEqual({ seed, changes: expected })
        found += expected.length
      }
      expect(SEEDS < 8 || found > SEEDS * 3).toBe(true)
    })
  }
)
