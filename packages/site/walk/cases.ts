/**
 * Turns the cases of the conformance table into states of the page. Every part of procfsroot is tested with these
 * cases.
 */
import { MemoryTree } from "@procfsroot/vfs"
import { asked, type Case, optionsOf, type Suite } from "@procfsroot/testkit/case"
import type { State } from "./model.js"
import { print } from "./treeText.js"

type Spec = Suite["tree"][number]

const entryOf = ({ target = "", type }: Spec): MemoryTree.Entry => {
  switch (type) {
    case "dir":
      return MemoryTree.directory()
    case "file":
      return MemoryTree.file("")
    case "fifo":
      return MemoryTree.fifo()
    case "symlink":
      return MemoryTree.link(target)
  }
}

/** The tree of a suite, as the text on the page. */
const treeOf = ({ tree }: Suite): string => print(Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)])))

/** The state of the page for a case. */
export const stateOf = (suite: Suite, testCase: Case): State => ({
  tree: treeOf(suite),
  path: asked(testCase),
  policy: optionsOf(testCase),
  step: 0
})
