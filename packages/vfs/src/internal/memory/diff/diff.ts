/** Compares two trees. Skips the parts that their images share. */
import type { Invalid } from "../../../MemoryTree.js"
import type { Entry, Tree } from "../../../Tree.js"
import type { Change, Ignored, Options } from "../../../TreeDiff.js"
import { invalidTree } from "../../messages.js"
import { below } from "../../path.js"
import { type Children, noChildren } from "../children.js"
import { refuse } from "../data.js"
import type { AnyImage, DirectoryImage } from "../image.js"
import { byPath, entryOf, places } from "../snapshot.js"
import { build } from "../tree.js"

type Pair = readonly [before: AnyImage | undefined, after: AnyImage | undefined]

const imageOf = (tree: Tree): DirectoryImage => {
  const image: DirectoryImage | Invalid = build(tree)
  if (image._tag === "Invalid") throw new TypeError(invalidTree(image.path, image.why))
  return image
}

/** Returns the paths at which the images differ. */
const differing = (before: DirectoryImage, after: DirectoryImage): Map<string, Pair> => {
  const found = new Map<string, Pair>()
  const pending: Array<readonly [string, Pair]> = [["/", [before, after]]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, [old, now]] = next
    if (old === now) continue
    found.set(path, [old, now])
    const [removed, added] = [childrenOf(old), childrenOf(now)]
    for (const name of removed.namesBeside(added)) {
      const [child, other] = [removed.get(name), added.get(name)]
      if (child !== other) pending.push([below(path, name), [child, other]])
    }
  }
  return found
}

const childrenOf = (image: AnyImage | undefined): Children => image?._tag === "Directory" ? image.children : noChildren

/** The names of the files that have several names. */
class Names {
  readonly paths = new Map<string, AnyImage>()
  readonly #first = new Map<AnyImage, string>()

  constructor(root: DirectoryImage) {
    for (const [path, image] of places(root, ({ linked }) => linked)) {
      if (image._tag === "Directory") continue
      this.paths.set(path, image)
      if (!this.#first.has(image)) this.#first.set(image, path)
    }
  }

  entry(path: string, image: AnyImage): Entry {
    const first = image._tag === "Directory" ? undefined : this.#first.get(image)
    return first === undefined || first === path ? entryOf(image) : { type: "HardLink", of: first }
  }
}

const haveSameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index])

const haveSameContent = (a: AnyImage, b: AnyImage): boolean =>
  a._tag !== "File" || b._tag !== "File" || a.content === b.content ||
  haveSameBytes(a.content.bytes(), b.content.bytes())

const fields: ReadonlyArray<Ignored> = ["mode", "uid", "gid", "mtime"]

/** The type of an entry, and everything else that is compared besides its attributes and the content of a file. */
const detailOf = (image: AnyImage): string => {
  switch (image._tag) {
    case "Directory":
      return image.isMount ? "mount" : "directory"
    case "File":
      return "file"
    case "SymbolicLink":
      return `link ${image.target}`
    case "Special":
      return `${image.node.type}${"major" in image.node ? ` ${image.node.major} ${image.node.minor}` : ""}`
  }
}

const isSame = (a: AnyImage, b: AnyImage, ignored: ReadonlySet<Ignored>): boolean =>
  detailOf(a) === detailOf(b) && fields.every((field) => ignored.has(field) || a[field] === b[field]) &&
  haveSameContent(a, b)

const linkedTo = (entry: Entry): string | undefined => entry.type === "HardLink" ? entry.of : undefined

/**
 * The attributes to ignore. Throws a `TypeError` for one that does not exist, since nothing would be ignored.
 *
 * @internal
 */
export const ignoredOf = ({ ignore = [] }: Options): ReadonlySet<Ignored> => {
  for (const name of ignore) {
    if (!fields.includes(name)) refuse(`there is no attribute "${name}" to ignore; there are ${fields.join(", ")}`)
  }
  return new Set(ignore)
}

/** @internal */
export const diff = (
  before: Tree,
  after: Tree,
  options: Options = {}
): ReadonlyArray<Change> => {
  const ignored = ignoredOf(options)
  const [old, now] = [imageOf(before), imageOf(after)]
  const [oldNames, newNames] = [new Names(old), new Names(now)]
  const pairs = differing(old, now)
  // A hard link can refer to another path now, because the other names of the file have changed.
  for (const [path, image] of oldNames.paths) if (!pairs.has(path)) pairs.set(path, [image, newNames.paths.get(path)])
  const changeOf = (path: string, [a, b]: Pair): Change | undefined => {
    if (a === undefined) return b && { type: "Added", path, after: newNames.entry(path, b) }
    if (b === undefined) return { type: "Removed", path, before: oldNames.entry(path, a) }
    const [was, is] = [oldNames.entry(path, a), newNames.entry(path, b)]
    const first = linkedTo(was)
    const isUnchanged = first === linkedTo(is) && (first !== undefined || isSame(a, b, ignored))
    return isUnchanged ? undefined : { type: "Changed", path, before: was, after: is }
  }
  return [...pairs].toSorted(byPath).flatMap(([path, pair]) => changeOf(path, pair) ?? [])
}
