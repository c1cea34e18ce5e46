/** Converts the attributes of a file to the `File.Info` of Effect's `FileSystem`. */
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import { type Attributes, typeOf } from "@procfsroot/vfs/Attributes"
import * as Option from "effect/Option"

/** Reuses the last option, which is immutable: for most files, the value is the same as for the file before. */
const remembering = <A>(make: (value: number) => A) => {
  let last: { readonly value: number; readonly option: Option.Option<A> } | undefined
  return (value: number): Option.Option<A> => {
    if (last === undefined || last.value !== value) last = { value, option: Option.some(make(value)) }
    return last.option
  }
}

const same = (value: number) => value
const nlink = remembering(same)
const uid = remembering(same)
const gid = remembering(same)
const rdev = remembering(same)
const blksize = remembering(FileSystem.Size)

/** Rounds to milliseconds, as Node does where it makes the dates of `Stats`. */
const date = (milliseconds: number) => Option.some(new Date(Math.round(milliseconds)))

/** @internal */
export const info = (attributes: Attributes): FileSystem.File.Info => ({
  type: typeOf(attributes),
  mtime: date(attributes.mtimeMs),
  atime: date(attributes.atimeMs),
  birthtime: date(attributes.birthtimeMs),
  dev: attributes.dev,
  rdev: rdev(attributes.rdev),
  ino: Option.some(attributes.ino),
  mode: attributes.mode,
  nlink: nlink(attributes.nlink),
  uid: uid(attributes.uid),
  gid: gid(attributes.gid),
  size: FileSystem.Size(attributes.size),
  blksize: blksize(attributes.blksize),
  blocks: Option.some(attributes.blocks)
})
