import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type { Attributes } from "@procfsroot/vfs/InodeOperations"
import * as InodeOperations from "@procfsroot/vfs/InodeOperations"
import * as Option from "effect/Option"

/** @internal */
export const info = (attributes: Attributes): FileSystem.File.Info => ({
  type: InodeOperations.typeOf(attributes),
  mtime: Option.some(new Date(attributes.mtimeMs)),
  atime: Option.some(new Date(attributes.atimeMs)),
  birthtime: Option.some(new Date(attributes.birthtimeMs)),
  dev: attributes.dev,
  rdev: Option.some(attributes.rdev),
  ino: Option.some(attributes.ino),
  mode: attributes.mode,
  nlink: Option.some(attributes.nlink),
  uid: Option.some(attributes.uid),
  gid: Option.some(attributes.gid),
  size: FileSystem.Size(attributes.size),
  blksize: Option.some(FileSystem.Size(attributes.blksize)),
  blocks: Option.some(attributes.blocks)
})
