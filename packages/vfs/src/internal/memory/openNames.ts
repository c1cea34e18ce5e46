/**
 * The names under which nodes are open, like dentries in the kernel. Such a name changes when the file is renamed, and
 * stays after the file was removed. Changes through an open file are reported under its name. A watched node is
 * reported as gone when its last name is not in use any more (`dentry_unlink_inode` in `fs/dcache.c`).
 */
import { type Directory, isGone, type Node, type OpenName, place } from "./inode.js"
import { announce, giveIfUnused, type World } from "./world.js"

interface Open {
  readonly node: Node
  readonly name: OpenName
}

const isAt = (open: OpenName, directory: Directory | undefined, name: string): boolean =>
  open.directory === directory && open.name === name

const keep = (node: Node, open: OpenName): OpenName => {
  const names = node.openNames ??= []
  names.push(open)
  if (open.directory !== undefined) open.directory.namesOpenBelow++
  return open
}

/**
 * Opens a node under the name with which it was last found.
 *
 * @internal
 */
export const openName = (node: Node): OpenName => {
  const { name, parent: directory } = node
  const isRemoved = directory !== undefined && directory.get(name) !== node
  const known = node.openNames?.find((open) => isAt(open, directory, name) && open.isRemoved === isRemoved)
  const open = known ?? keep(node, { directory, name, isRemoved, opens: 0 })
  open.opens++
  return open
}

/**
 * Returns the node of an open file for a change, which will be reported under the file's name. A directory has only one
 * name, and none after it was removed.
 *
 * @internal
 */
export const toChange = ({ name: { directory, name }, node }: Open): Node => {
  if (node._tag !== "Directory" && directory !== undefined) place(directory, name, node)
  return node
}

/** The name of a directory, or its last one if it was removed and something in it is open. */
const nameOf = ({ name, openNames, parent }: Directory): Pick<OpenName, "directory" | "name"> | undefined =>
  parent === undefined ? openNames?.find(({ isRemoved }) => isRemoved) : { directory: parent, name }

/**
 * Returns the path of an open file under the name with which it was opened, or its last path if it was removed.
 *
 * @internal
 */
export const pathOfOpen = ({ name, node }: Open, root: Directory): string => {
  const names: Array<string> = []
  for (
    let at: ReturnType<typeof nameOf> = node === root ? undefined : name;
    at?.directory !== undefined;
    at = at.directory === root ? undefined : nameOf(at.directory)
  ) names.push(at.name)
  return `/${names.toReversed().join("/")}`
}

const linked = (node: Node, directory: Directory, name: string): OpenName | undefined =>
  node.openNames?.find((open) => !open.isRemoved && isAt(open, directory, name))

/** @internal */
export const nameMoved = (node: Node, from: Directory, fromName: string, to: Directory, toName: string): void => {
  const open = linked(node, from, fromName)
  if (open === undefined) return
  from.namesOpenBelow--
  to.namesOpenBelow++
  open.directory = to
  open.name = toName
}

const announceGone = (world: World, node: Node): void => {
  if (isGone(node)) announce(world, { _tag: "Gone", node })
}

/** @internal */
export const nameRemoved = (world: World, node: Node, directory: Directory, name: string): void => {
  const open = linked(node, directory, name)
  if (open !== undefined) open.isRemoved = true
  // A name keeps the directory that contains it, even if both are removed.
  else if (node._tag === "Directory" && node.namesOpenBelow > 0) {
    keep(node, { directory, name, isRemoved: true, opens: 0 })
  } else announceGone(world, node)
}

const letGo = (world: World, node: Node, open: OpenName): void => {
  const { directory, isRemoved, opens } = open
  if (opens > 0 || (isRemoved && node._tag === "Directory" && node.namesOpenBelow > 0)) return
  node.openNames?.splice(node.openNames.indexOf(open), 1)
  if (isRemoved) announceGone(world, node)
  if (directory === undefined) return
  directory.namesOpenBelow--
  giveIfUnused(world, directory)
  const above = directory.openNames?.find((name) => name.isRemoved)
  if (above !== undefined) letGo(world, directory, above)
}

/** @internal */
export const closeName = (world: World, { name, node }: Open): void => {
  name.opens--
  letGo(world, node, name)
}
