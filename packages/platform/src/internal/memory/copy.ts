/** `fs.copyFile` and `fs.cp` of Node, but for what these do to links and to what stands in the way of a failing copy. */
import type { CopyOptions } from "@effect/platform/FileSystem"
import { dirname } from "../text.js"
import { chmod, utimes } from "./attributes.js"
import { makeDirectories } from "./directories.js"
import { calling, type Errno, expecting, fail, Failure } from "./errno.js"
import { type Directory, holds, type Node, type SymbolicLink } from "./inode.js"
import { mkdir, symlink, unlink } from "./namespace.js"
import { content, create, find, flagsOf, open, truncate, write } from "./openFile.js"
import { namesIn } from "./remove.js"
import { existing } from "./resolve.js"
import { isOwner, type World } from "./world.js"

const DEFAULT_DIRECTORY_MODE = 0o777

/**
 * Content and mode, to a new file or over an old one. Whatever fails leaves the destination as it was: libuv takes it
 * away.
 *
 * @internal
 */
export const copyFile = (world: World, from: string, to: string): void =>
  calling("copyfile", [from, to], () => {
    const { node: source } = open(world, from, flagsOf("r"), 0)
    const found = find(world, to, flagsOf("w"))
    const target = "node" in found ? found.node : undefined
    if (source === target) return
    if (target !== undefined && target._tag !== "File") fail("EINVAL")
    if (target !== undefined && !isOwner(world, target)) fail("EPERM")
    if (source._tag === "Directory") fail("EISDIR")
    const bytes = content({ node: source, flags: flagsOf("r") })
    const file = { node: "node" in found ? found.node : create(world, found.vacant, source.mode), flags: flagsOf("w") }
    truncate(world, file, 0)
    chmod(world, file.node, source.mode)
    write(world, file, bytes, 0)
  })

/** @internal */
export const copy = (world: World, from: string, to: string, options: CopyOptions = {}): void => {
  const plan = check(world, from, to)
  if (to === "") calling("lstat", [to], () => fail("ENOENT"))
  if (plan.source._tag === "Directory") checkOutside(world, plan.source, from, to)
  const parent = dirname(to)
  if (isMissing(world, parent)) makeDirectories(world, parent, DEFAULT_DIRECTORY_MODE)
  copyNode(world, plan, from, to, options)
}

interface Plan {
  readonly source: Node
  readonly target: Node | undefined
}

const lstat = (world: World, path: string): Node => calling("lstat", [path], () => existing(world, path, "keep"))

const isMissing = (world: World, path: string): boolean =>
  expecting(["ENOENT"], () => calling("stat", [path], () => existing(world, path))) instanceof Failure

const refuse = (code: Errno, name: string, prefix: string, why: string, to: string): never =>
  calling("cp", [to], () => {
    throw new Failure(code, { code: `ERR_FS_CP_${name}`, prefix, why })
  })

const invalid = (why: string, to: string): never => refuse("EINVAL", "EINVAL", "Invalid src or dest", why, to)

/** A copy of a directory into itself would never end. */
const checkOutside = (world: World, source: Directory, from: string, to: string): void => {
  const reached = calling("stat", [to], () => existing(world, to, "reach"))
  if (reached._tag === "Directory" && holds(source, reached)) {
    invalid(`cannot copy ${from} to a subdirectory of self ${to}`, to)
  }
}

const check = (world: World, from: string, to: string): Plan => {
  const source = lstat(world, from)
  const found = expecting(["ENOENT"], () => lstat(world, to))
  const target = found instanceof Failure ? undefined : found
  const isDirectory = source._tag === "Directory"
  if (target !== undefined) {
    if (source === target) invalid("src and dest cannot be the same", to)
    if (isDirectory && target._tag !== "Directory") {
      const why = `cannot overwrite non-directory ${to} with directory ${from}`
      refuse("EISDIR", "DIR_TO_NON_DIR", "Cannot overwrite non-directory with directory", why, to)
    }
    if (!isDirectory && target._tag === "Directory") {
      const why = `cannot overwrite directory ${to} with non-directory ${from}`
      refuse("ENOTDIR", "NON_DIR_TO_DIR", "Cannot overwrite directory with non-directory", why, to)
    }
  }
  return { source, target }
}

const copyNode = (world: World, { source, target }: Plan, from: string, to: string, options: CopyOptions): void => {
  switch (source._tag) {
    case "Directory":
      return copyDirectory(world, source, target, from, to, options)
    case "File":
      return copyRegular(world, source, target, from, to, options)
    case "SymbolicLink":
      return copyLink(world, source, target, to, options)
    case "Special":
      return source.kind === "Socket"
        ? refuse("EINVAL", "SOCKET", "Cannot copy a socket file", `cannot copy a socket file: ${to}`, to)
        : refuse("EINVAL", "FIFO_PIPE", "Cannot copy a FIFO pipe", `cannot copy a FIFO pipe: ${to}`, to)
  }
}

const setMode = (world: World, path: string, mode: number): void =>
  calling("chmod", [path], () => chmod(world, existing(world, path), mode))

const copyDirectory = (
  world: World,
  source: Directory,
  target: Node | undefined,
  from: string,
  to: string,
  options: CopyOptions
): void => {
  if (target === undefined) calling("mkdir", [to], () => mkdir(world, to, DEFAULT_DIRECTORY_MODE))
  for (const name of namesIn(world, from, "opendir")) {
    const below = `${from}/${name}`
    const beside = `${to}/${name}`
    copyNode(world, check(world, below, beside), below, beside, options)
  }
  if (target === undefined) setMode(world, to, source.mode)
}

const OWNER_WRITE = 0o200

const copyRegular = (
  world: World,
  source: Node,
  target: Node | undefined,
  from: string,
  to: string,
  { overwrite = false, preserveTimestamps = false }: CopyOptions
): void => {
  if (target !== undefined) {
    if (!overwrite) return
    calling("unlink", [to], () => unlink(world, to))
  }
  copyFile(world, from, to)
  if (preserveTimestamps) {
    if ((source.mode & OWNER_WRITE) === 0) setMode(world, to, source.mode | OWNER_WRITE)
    calling("utime", [to], () => utimes(world, existing(world, to), source.atime, source.mtime))
  }
  setMode(world, to, source.mode)
}

/** The text of a link is copied as it is, as `cp -r` does, whose like `FileSystem.copy` is said to be. */
const copyLink = (
  world: World,
  { target: text }: SymbolicLink,
  target: Node | undefined,
  to: string,
  { overwrite = false }: CopyOptions
): void => {
  if (target !== undefined) {
    if (!overwrite) return
    calling("unlink", [to], () => unlink(world, to))
  }
  calling("symlink", [text, to], () => symlink(world, text, to))
}
