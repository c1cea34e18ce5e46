/** The operations of `RootDirectory`. */
import type { RootDirectory } from "../RootDirectory.js"
import { getExtended, listExtended, removeExtended, setExtended } from "./extendedAttributes.js"
import { lchown, lstatExact, lutimes, statExact, statfs } from "./inodes.js"
import { mknod, rename } from "./names.js"
import type { Context } from "./operation.js"
import { readFileBounded } from "./readFileBounded.js"
import { readEntries, walkTree } from "./walkTree.js"
import { openAtomic, writeFileAtomic } from "./writeFileAtomic.js"

/** @internal */
export const make = <H, F>(context: Context<H, F>): RootDirectory => ({
  getExtendedAttribute: (path, name, options) => getExtended(context, path, name, options),
  lchown: (path, uid, gid) => lchown(context, path, uid, gid),
  listExtendedAttributes: (path, options) => listExtended(context, path, options),
  lstat: (path) => lstatExact(context, path),
  lutimes: (path, atime, mtime) => lutimes(context, path, atime, mtime),
  makeNode: (path, node, mode) => mknod(context, path, node, mode),
  openAtomic: (path, options) => openAtomic(context, path, options),
  readEntries: (path) => readEntries(context, path),
  readFileBounded: (path, maxBytes) => readFileBounded(context, path, maxBytes),
  removeExtendedAttribute: (path, name, options) => removeExtended(context, path, name, options),
  rename: (from, to, mode) => rename(context, from, to, mode),
  setExtendedAttribute: (path, name, value, options) => setExtended(context, path, name, value, options),
  stat: (path) => statExact(context, path),
  statfs: (path) => statfs(context, path),
  walkTree: (path, options) => walkTree(context, path, options),
  writeFileAtomic: (path, data, options) => writeFileAtomic(context, path, data, options)
})
