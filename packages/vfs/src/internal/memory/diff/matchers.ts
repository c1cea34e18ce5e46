/** Compares trees in the assertions of a test. */
import type { Tree } from "../../../Tree.js"
import type { Options } from "../../../TreeDiff.js"
import { diff } from "./diff.js"
import { print } from "./print.js"

/** @internal */
export const toEqualTree = (received: Tree, expected: Tree, options?: Options) => {
  const changes = diff(expected, received, options)
  return {
    pass: changes.length === 0,
    message: () =>
      changes.length === 0
        ? "the trees are equal, which was not expected"
        : `the tree is not the expected one (- missing, + not expected, ~ different):\n\n${print(changes, options)}`
  }
}
