/**
 * Tests the operations of a root that a `FileSystem` lacks, in memory and on a disk, with and without koffi. The judges
 * are Node and the kernel, on a plain directory with the same content.
 */
import { describe } from "vitest"
import { without } from "./judges.js"
import { attributes } from "./rootDirectory/attributes.js"
import { content } from "./rootDirectory/content.js"
import { extended } from "./rootDirectory/extended.js"
import { inParts } from "./rootDirectory/inParts.js"
import { names } from "./rootDirectory/names.js"
import { others } from "./rootDirectory/others.js"
import { refusals } from "./rootDirectory/refusals.js"
import { subRoots } from "./rootDirectory/subRoots.js"
import { trees } from "./rootDirectory/trees.js"
import { type DirectoryEdition, kindsOf } from "./rootDirectory/world.js"

/**
 * Defines the tests for an edition, or for one of its parts. An `adapter` does nothing with files itself, so it is not
 * tested with every strategy.
 */
export const rootDirectory = (
  edition: DirectoryEdition,
  { adapter = false }: { readonly adapter?: boolean } = {}
): void => {
  for (const kind of kindsOf(edition).filter(({ isUsual }) => isUsual || !adapter)) {
    describe.skipIf(kind.isNative && without("openat2"))(`a root's directory, ${kind.name}`, () => {
      attributes(kind)
      if (kind.isComplete) extended(kind)
      names(kind)
      content(kind)
      inParts(kind)
      trees(kind)
      subRoots(kind)
      refusals(kind)
    })
  }
  others(edition)
}
