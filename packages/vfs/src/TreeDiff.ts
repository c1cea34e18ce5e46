/**
 * Compares two trees. The differences are available as data, as text, and in a matcher for vitest and Jest.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/memory/diff/diff.js"
import { toEqualTree } from "./internal/memory/diff/matchers.js"
import * as printing from "./internal/memory/diff/print.js"
import type { Entry, Tree } from "./Tree.js"

export type { Entry, Tree } from "./Tree.js"

/**
 * A path at which two trees differ, and the entry in the first tree (`before`) and in the second (`after`).
 *
 * @since 0.1.0
 * @category models
 */
export type Change =
  | { readonly type: "Added"; readonly path: string; readonly after: Entry }
  | { readonly type: "Removed"; readonly path: string; readonly before: Entry }
  | { readonly type: "Changed"; readonly path: string; readonly before: Entry; readonly after: Entry }

/**
 * An attribute that a comparison can ignore.
 *
 * @since 0.1.0
 * @category models
 */
export type Ignored = "mode" | "uid" | "gid" | "mtime"

/**
 * The options of `diff` and `print`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The attributes to ignore, for example `["mtime"]` if the program uses a real clock. */
  readonly ignore?: ReadonlyArray<Ignored> | undefined
}

/**
 * Compares two trees, and returns the paths at which they differ in alphabetical order. If a file has several names,
 * all but the alphabetically first are reported as hard links to it. Comparing two snapshots of a tree takes no time
 * for the parts that have not changed. Throws a `TypeError` if no file system could contain one of the trees.
 *
 * @example
 * import { TreeDiff } from "@procfsroot/vfs"
 *
 * TreeDiff.diff({ "/etc/motd": "hello\n" }, { "/etc/motd": "hello\n" }) // []
 *
 * @since 0.1.0
 * @category comparison
 */
export const diff: (before: Tree, after: Tree, options?: Options) => ReadonlyArray<Change> = internal.diff

/**
 * Formats changes as text: one path per line, with modes in octal, `->` before the target of a link, and `=` before the
 * first name of a file that has several. Changed lines of text are shown in the format of `diff -u`, at most 100 for
 * each file. The result is empty if there are no changes. `print` does not know which attributes `diff` ignored: pass
 * the same options to both.
 *
 * @example
 * import { TreeDiff } from "@procfsroot/vfs"
 *
 * TreeDiff.print(TreeDiff.diff({ "/motd": "hello\n" }, { "/motd": "bye\n" })) // "~ /motd\n    @@ -1 +1 @@\n    -hello\n    +bye"
 *
 * @since 0.1.0
 * @category comparison
 */
export const print: (changes: ReadonlyArray<Change>, options?: Options) => string = printing.print

/**
 * The result of a matcher, as vitest and Jest expect it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * The matcher `toEqualTree`, for `expect.extend`. Two trees are equal if `diff` finds no changes. If the assertion
 * fails, its message shows the changes. To use it in TypeScript, add `Matchers` to the matcher types of vitest.
 *
 * @example
 * import { TreeDiff } from "@procfsroot/vfs"
 * import { expect } from "vitest"
 *
 * declare module "vitest" {
 *   interface Matchers<T> extends TreeDiff.Matchers<T> {}
 * }
 *
 * expect.extend(TreeDiff.matchers)
 * expect({ "/etc/motd": "hello\n" }).toEqualTree({ "/etc/motd": "hello\n" })
 *
 * @since 0.1.0
 * @category comparison
 */
export const matchers: {
  readonly toEqualTree: (received: Tree, expected: Tree, options?: Options) => Verdict
} = { toEqualTree }

/**
 * The types of the matchers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Matchers<R> {
  /**
   * Checks that a tree equals the expected one. The message of a failure shows the differences, with `-` for missing
   * files and `+` for unexpected ones.
   */
  readonly toEqualTree: (expected: Tree, options?: Options) => R
}
