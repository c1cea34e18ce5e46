/**
 * The state of a tree at one moment, in values that never change. A tree that is in use remembers the image of each
 * node until the node or something below it changes, so two snapshots share everything that did not change between
 * them.
 */

import type { NewNode } from "../../InodeOperations.js"
import { isBytes } from "../arguments.js"
import { shown } from "../messages.js"
import type { Children } from "./children.js"
import { refuse } from "./data.js"

/** @internal */
export interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since the epoch. */
  readonly mtime: number
}

abstract class Image implements Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  /**
   * Whether a file has several names, which then share this image, or a directory contains such a file at any depth.
   */
  readonly linked: boolean
  constructor({ gid, mode, mtime, uid }: Attributes, linked: boolean) {
    this.mode = mode
    this.uid = uid
    this.gid = gid
    this.mtime = mtime
    this.linked = linked
  }
}

/** @internal */
export class FileImage extends Image {
  readonly _tag = "File"
  readonly content: Content
  constructor(attributes: Attributes, content: Content, linked: boolean) {
    super(attributes, linked)
    this.content = content
  }
}

/** @internal */
export class LinkImage extends Image {
  readonly _tag = "SymbolicLink"
  readonly target: string
  constructor(attributes: Attributes, target: string, linked: boolean) {
    super(attributes, linked)
    this.target = target
  }
}

/** @internal */
export class SpecialImage extends Image {
  readonly _tag = "Special"
  readonly node: NewNode
  constructor(attributes: Attributes, node: NewNode, linked: boolean) {
    super(attributes, linked)
    this.node = node
  }
}

/** @internal */
export class DirectoryImage extends Image {
  readonly _tag = "Directory"
  readonly children: Children
  /** Whether another file system is mounted here. */
  readonly isMount: boolean
  constructor(attributes: Attributes, children: Children, isMount: boolean) {
    super(attributes, children.linked > 0)
    this.children = children
    this.isMount = isMount
  }
}

/** @internal */
export type AnyImage = DirectoryImage | FileImage | LinkImage | SpecialImage

/**
 * The bytes of a file. They can be read later, when they are first needed.
 *
 * @internal
 */
export interface Content {
  /** The number of bytes, as far as it is known without reading them. */
  readonly size: number
  /** Returns the same array each time. It must not be changed. */
  readonly bytes: () => Uint8Array
}

/** @internal */
export const stored = (bytes: Uint8Array): Content => ({ size: bytes.length, bytes: () => bytes })

const checked = (bytes: Uint8Array): Uint8Array =>
  isBytes(bytes) ? bytes : refuse(`a lazy file must be read as a Uint8Array, not as ${shown(bytes)}`)

/** @internal */
export const lazy = (size: number, read: () => Uint8Array): Content => {
  let known: Uint8Array | undefined
  return {
    get size() {
      return known?.length ?? size
    },
    bytes: () => known ??= checked(read())
  }
}
