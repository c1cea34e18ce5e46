/** Converts the attributes of a file to the `File.Info` of Effect's `FileSystem`. */
import { type Attributes, typeOf } from "@procfsroot/vfs/Attributes"
import * as ByteSize from "effect/ByteSize"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"

/** @internal */
export const info = (attributes: Attributes): FileSystem.File.Info => ({
  type: typeOf(attributes),
  mtime: Option.some(new Date(attributes.mtimeMs)),
  atime: Option.some(new Date(attributes.atimeMs)),
  birthtime: Option.some(new Date(attributes.birthtimeMs)),
  dev: BigInt(attributes.dev),
  rdev: Option.some(BigInt(attributes.rdev)),
  ino: Option.some(BigInt(attributes.ino)),
  mode: attributes.mode,
  nlink: Option.some(BigInt(attributes.nlink)),
  uid: Option.some(attributes.uid),
  gid: Option.some(attributes.gid),
  size: ByteSize.bytes(attributes.size),
  blksize: Option.some(ByteSize.bytes(attributes.blksize)),
  blocks: Option.some(BigInt(attributes.blocks))
})
