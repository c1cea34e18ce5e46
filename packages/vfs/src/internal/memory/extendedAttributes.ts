/** Extended attributes with the rules of `xattr_permission` in `fs/xattr.c`. */
import type { ExtendedAttributes } from "../../InodeOperations.js"
import { fail } from "../errno.js"
import { isEncodable, isNameTooLong } from "../limits.js"
import { STICKY } from "../mode.js"
import type { Node } from "./inode.js"
import type { OpenNode } from "./openFile.js"
import { toChange } from "./openNames.js"
import { announceUpdate, diskOf, isOwner, isPrivileged, permits, READ, type World, WRITE } from "./world.js"

/** `XATTR_SIZE_MAX` in `include/uapi/linux/limits.h`. */
const MAX_SIZE = 65_536

/** `XATTR_NAME_MAX` is the same as `NAME_MAX`. */
const checkName = (name: string): void => {
  if (!isEncodable(name)) fail("EILSEQ")
  if (name === "" || isNameTooLong(name)) fail("ERANGE")
}

const isUser = (name: string): boolean => name.startsWith("user.")
const isTrusted = (name: string): boolean => name.startsWith("trusted.")

/** Whether the node may have attributes in the namespace `user`. */
const mayHaveUser = (node: Node): boolean => node._tag === "File" || node._tag === "Directory"

/** The kernel leaves the permissions of these to the file system. */
const isLeftOut = (name: string): boolean => name.startsWith("security.") || name.startsWith("system.")

const checkPermission = (world: World, node: Node, name: string, mask: number): void => {
  if (isLeftOut(name)) return
  if (isTrusted(name)) {
    if (!isPrivileged(world)) fail("EPERM")
    return
  }
  if (isUser(name)) {
    if (!mayHaveUser(node)) fail("EPERM")
    const isShared = node._tag === "Directory" && (node.mode & STICKY) !== 0
    if (isShared && mask === WRITE && !isOwner(world, node)) fail("EPERM")
  }
  if (!permits(world, node, mask)) fail("EACCES")
}

/** Only the namespaces `user` and `trusted` exist (`xattr_resolve_name` in `fs/xattr.c`). */
const checkAccess = (world: World, node: Node, name: string, mask: number): void => {
  checkPermission(world, node, name, mask)
  if (name === "user." || name === "trusted.") fail("EINVAL")
  if (!isUser(name) && !isTrusted(name)) fail("ENOTSUP")
}

/** Whether the user may see an attribute with this name. */
const isVisible = (world: World, name: string): boolean => !isTrusted(name) || isPrivileged(world)

/** @internal */
export const extendedAttributes = (world: World): ExtendedAttributes<Node> => ({
  get: (node, name) => {
    checkName(name)
    if (isUser(name) && !mayHaveUser(node)) return undefined
    if (!isVisible(world, name)) return undefined
    checkAccess(world, node, name, READ)
    return node.extended?.get(name)?.slice()
  },
  list: (node) => [...node.extended?.keys() ?? []].filter((name) => isVisible(world, name)),
  set: (node, name, value) => {
    checkName(name)
    if (value.length > MAX_SIZE) fail("E2BIG")
    diskOf(world, node).checkWritable()
    checkAccess(world, node, name, WRITE)
    diskOf(world, node).takeAttribute(name, value, node.extended?.get(name))
    // Not by `slice`, which shares the memory of a Buffer.
    node.extended = new Map(node.extended).set(name, new Uint8Array(value))
    announceUpdate(world, node)
  },
  remove: (node, name) => {
    checkName(name)
    diskOf(world, node).checkWritable()
    checkAccess(world, node, name, WRITE)
    const old = node.extended?.get(name) ?? fail("ENODATA")
    node.extended?.delete(name)
    diskOf(world, node).giveAttribute(name, old)
    announceUpdate(world, node)
  }
})

/**
 * The operations for open files. They fail with EBADF if the file was opened with O_PATH.
 *
 * @internal
 */
export const extendedAttributesOfFiles = (world: World): ExtendedAttributes<OpenNode> => {
  const { get, list, remove, set } = extendedAttributes(world)
  const nodeOf = (file: OpenNode): Node => file.flags.path === true ? fail("EBADF") : toChange(file)
  return {
    get: (file, name) => get(nodeOf(file), name),
    list: (file) => list(nodeOf(file)),
    set: (file, name, value) => set(nodeOf(file), name, value),
    remove: (file, name) => remove(nodeOf(file), name)
  }
}
