/** Converts images to plain data. */
import type { Entry, HardLink } from "../../Tree.js"
import { below } from "../path.js"
import type { AnyImage, DirectoryImage } from "./image.js"
import { contentOf } from "./utf8.js"

/** @internal */
export const entryOf = (image: AnyImage): Exclude<Entry, HardLink> => {
  const { gid, mode, uid } = image
  const attributes = { uid, gid, mtime: new Date(image.mtime) }
  switch (image._tag) {
    case "Directory":
      return { type: "Directory", mode, ...attributes, ...(image.isMount ? { mount: true } : {}) }
    case "File":
      return { type: "File", content: contentOf(image.content.bytes()), mode, ...attributes }
    case "SymbolicLink":
      return { type: "SymbolicLink", target: image.target, ...attributes }
    case "Special":
      return { ...image.node, mode, ...attributes }
  }
}

/** @internal */
export const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => a < b ? -1 : 1

/**
 * Lists everything in a tree, each directory before its content. What is not `wanted` is skipped with its content.
 *
 * @internal
 */
export const places = (
  root: DirectoryImage,
  wanted: (image: AnyImage) => boolean = () => true
): ReadonlyArray<readonly [string, AnyImage]> => {
  const found: Array<readonly [string, AnyImage]> = []
  const pending: Array<readonly [string, AnyImage]> = [["/", root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, image] = next
    found.push(next)
    if (image._tag !== "Directory") continue
    for (const [name, child] of image.children) if (wanted(child)) pending.push([below(path, name), child])
  }
  return found.toSorted(byPath)
}

const fill = (entries: Record<string, Entry>, root: DirectoryImage): void => {
  const names = new Map<AnyImage, string>()
  for (const [path, image] of places(root)) {
    const known = names.get(image)
    entries[path] = known === undefined ? entryOf(image) : { type: "HardLink", of: known }
    if (image._tag !== "Directory" && image.linked) names.set(image, known ?? path)
  }
}

const images = new WeakMap<object, DirectoryImage>()

/**
 * Returns the image of a snapshot, or `undefined` for any other tree.
 *
 * @internal
 */
export const imageBehind = (tree: object): DirectoryImage | undefined => images.get(tree)

/**
 * Returns an image as plain data, from which the tree can be built again. This takes no time: the entries are created
 * when one of them is first read.
 *
 * @internal
 */
export const snapshot = (root: DirectoryImage): Readonly<Record<string, Entry>> => {
  const entries: Record<string, Entry> = {}
  // Node's console does not ask the proxy, but prints what this method of its target returns.
  Object.defineProperty(entries, Symbol.for("nodejs.util.inspect.custom"), { value: () => ({ ...filled() }) })
  let isFilled = false
  const filled = () => {
    if (!isFilled) fill(entries, root)
    isFilled = true
    return entries
  }
  const data = new Proxy(entries, {
    get: (_, key) => Reflect.get(filled(), key),
    has: (_, key) => Reflect.has(filled(), key),
    ownKeys: () => Reflect.ownKeys(filled()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(filled(), key),
    set: () => false,
    deleteProperty: () => false,
    defineProperty: () => false
  })
  images.set(data, root)
  return data
}
