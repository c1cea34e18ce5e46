/** The table of cases that every part of procfsroot is tested by, as states of the page. */
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

/** A suite's tree, as the page's text. */
const treeOf = ({ tree }: Suite): string => print(Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)])))

/** The state in which the page asks a case. */
export const stateOf = (suite: Suite, testCase: Case): State => ({
  tree: treeOf(suite),
  path: asked(testCase),
  policy: optionsOf(testCase),
  step: 0
})
