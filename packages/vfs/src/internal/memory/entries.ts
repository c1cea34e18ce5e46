/** Creates the entries of a tree with default attributes. */
import type { Attributes, Device, Entry, LazyFile } from "../../Tree.js"
import { isBytes } from "../arguments.js"
import { contentOf } from "./utf8.js"

const root = { uid: 0, gid: 0, mtime: new Date(0) }

/** @internal */
export const file = (content: string | Uint8Array, options: Partial<Attributes> = {}): Entry & { type: "File" } => ({
  type: "File",
  content: isBytes(content) ? contentOf(content) : content,
  mode: 0o644,
  ...root,
  ...options
})

/** @internal */
export const lazyFile = (
  size: number,
  read: () => Uint8Array,
  options: Partial<Attributes> = {}
): LazyFile => ({ type: "LazyFile", size, read, mode: 0o644, ...root, ...options })

/** @internal */
export const directory = (options: Partial<Attributes> = {}): Entry & { type: "Directory" } => ({
  type: "Directory",
  mode: 0o755,
  ...root,
  ...options
})

/** @internal */
export const mount = (options: Partial<Attributes> = {}): Entry & { type: "Directory" } => ({
  ...directory(options),
  mount: true
})

/** @internal */
export const link = (
  target: string,
  options: Partial<Omit<Attributes, "mode">> = {}
): Entry & { type: "SymbolicLink" } => ({ type: "SymbolicLink", target, ...root, ...options })

/** @internal */
export const special = <T extends "FIFO" | "Socket">(type: T) => (options: Partial<Attributes> = {}) => ({
  type,
  mode: 0o644,
  ...root,
  ...options
})

/** @internal */
export const device = (
  type: Device["type"],
  major: number,
  minor: number,
  options: Partial<Attributes> = {}
): Device => ({ type, major, minor, mode: 0o644, ...root, ...options })

/** @internal */
export const hardLink = (of: string): Entry & { type: "HardLink" } => ({ type: "HardLink", of })
