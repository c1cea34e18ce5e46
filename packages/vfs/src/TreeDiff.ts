/**
 * What differs between two trees: as data, as text for people, and as a matcher for vitest and Jest.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/memory/diff/diff.js"
import { toEqualTree } from "./internal/memory/diff/matchers.js"
import * as printing from "./internal/memory/diff/print.js"
import type { Entry, Tree } from "./MemoryTree.js"

/**
 * A path at which two trees differ, and what is there in the first (`before`) and in the second (`after`).
 *
 * @since 0.1.0
 * @category models
 */
export type Change =
  | { readonly type: "Added"; readonly path: string; readonly after: Entry }
  | { readonly type: "Removed"; readonly path: string; readonly before: Entry }
  | { readonly type: "Changed"; readonly path: string; readonly before: Entry; readonly after: Entry }

/**
 * An attribute in which trees may differ and be equal nevertheless.
 *
 * @since 0.1.0
 * @category models
 */
export type Ignored = "mode" | "uid" | "gid" | "mtime"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** What is not compared, such as `["mtime"]` if the times of the program are those of a real clock. */
  readonly ignore?: ReadonlyArray<Ignored>
}

/**
 * The paths at which two trees differ, in alphabetical order. If a file has several names, all but the alphabetically
 * first are hard links to it. What two snapshots of one tree have in common is not looked at, however large. Throws a `TypeError` if no file system could contain one of the trees.
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
 * The changes as text: one path per line, modes in octal, `->` before the target of a link, `=` before the first name of a
 * file with several, and the lines of a text that have changed as `diff -u` prints them. At most 100 lines of each file
 * are shown. Empty if there are no changes. What `diff` ignores is shown unless `print` ignores it as well.
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
 * What a matcher of vitest or Jest returns.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * The matcher `toEqualTree`: two trees are equal if `diff` finds nothing, and what it finds is the message of the failed
 * assertion. The types of a test know it when `Matchers` is added to those of vitest.
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
  /** Fails with the differences from the expected tree, `-` for what is missing and `+` for what should not be there. */
  readonly toEqualTree: (expected: Tree, options?: Options) => R
}
