/** Converts a tree in use to its image and back. */
import { type AnyImage, DirectoryImage, FileImage, LinkImage, SpecialImage } from "./image.js"
import { Directory, hold, type Node } from "./inode.js"

const imageOf = (node: Node): AnyImage => {
  if (node.image !== undefined) return node.image
  const linked = node.nlink > 1
  switch (node._tag) {
    case "Directory":
      return imageOfDirectory(node)
    case "File":
      return node.image = new FileImage(node, node.share(), linked)
    case "SymbolicLink":
      return node.image = new LinkImage(node, node.target, linked)
    case "Special":
      return node.image = new SpecialImage(node, node.node, linked)
  }
}

const imageOfDirectory = (directory: Directory): DirectoryImage =>
  directory.image ??= new DirectoryImage(directory, directory.images(imageOf), directory.isMount)

/**
 * Returns the image of a whole tree. Only the parts that have changed since the last image are created again.
 *
 * @internal
 */
export const freeze = (root: Directory): DirectoryImage => {
  // From the bottom up, and not recursively: a tree can be deeper than the call stack.
  const changed = [root]
  for (const directory of changed) changed.push(...directory.changed())
  for (const directory of changed.toReversed()) imageOfDirectory(directory)
  return imageOfDirectory(root)
}

/**
 * Creates a tree with the state of an image. Its nodes are created when they are first used, except those with several
 * names, which have to be the same node under all of them.
 *
 * @internal
 */
export const thaw = (image: DirectoryImage): Directory => {
  const root = new Directory(image, image)
  root.nlink++ // the root's `..` is the root itself
  const nodes = new Map<AnyImage, Node>()
  const pending: Array<readonly [Directory, DirectoryImage]> = [[root, image]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [directory, { children }] = next
    for (const [name, child] of children) {
      if (!child.linked) continue
      const known = nodes.get(child)
      if (known !== undefined) {
        hold(directory, name, known)
        continue
      }
      const node = directory.get(name)
      if (node?._tag === "Directory" && child._tag === "Directory") pending.push([node, child])
      else if (node !== undefined) nodes.set(child, node)
    }
  }
  return root
}
