/** Compares an overlay with its lower layers. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import * as Fs from "node:fs"
import { Comparison, nowhere } from "../../src/diff/compare.js"
import { openImage } from "../../src/diff/layers.js"
import { mergedRoot } from "../../src/diff/merged.js"
import { bytesOf } from "../../src/output.js"

const letters = { added: "A", changed: "C", deleted: "D" }

/** The changes in the order in which they are reported, as bytes in latin1. */
export const changesOf = async (place: string): Promise<ReadonlyArray<string>> => {
  await using root = await openRoot(place)
  await using image = await openImage(root)
  const found: Array<string> = []
  const comparison = new Comparison(
    async (change, path) => {
      found.push(`${letters[change]} ${Buffer.from(bytesOf(path)).toString("latin1")}`)
    },
    undefined,
    nowhere
  )
  await comparison.compare("/", await mergedRoot(image.now), await mergedRoot(image.before))
  return found
}

export const makeAll = (place: string, names: ReadonlyArray<string>): void => {
  for (const name of names) Fs.mkdirSync(`${place}/${name}`, { recursive: true })
}
