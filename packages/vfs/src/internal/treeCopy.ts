/** Copies trees from a file system to plain data, and back. */
import type { File, FileSystem } from "../FileSystem.js"
import type { ExactAttributes } from "../Attributes.js"
import type { Program } from "../Program.js"
import type { Entry, LazyFile, Tree } from "../Tree.js"
import type { FromOptions, ToOptions } from "../TreeCopy.js"
import { fail, isErrno, make as makeErrno, named } from "./errno.js"
import { invalidTree } from "./messages.js"
import { storable } from "./memory/attributes.js"
import type { AnyImage, DirectoryImage, FileImage } from "./memory/image.js"
import { places } from "./memory/snapshot.js"
import { build } from "./memory/tree.js"
import { isDirectory, PERMISSIONS, SET_ID } from "./mode.js"
import { split, withoutSlashes } from "./path.js"
import { turn, waitFor } from "./program.js"
import { LARGEST } from "./readToEnd.js"

/** In nanoseconds. */
const MILLISECOND = 1_000_000

const attributesOf = ({ gid, mode, mtimeNs, uid }: ExactAttributes) => ({
  mode: mode & PERMISSIONS,
  uid,
  gid,
  // Rounded to the nearest millisecond, as in Node's `Stats`: a time that was set in seconds can be slightly too early.
  // tmpfs and Btrfs store times that no `Date` can represent.
  mtime: new Date(storable(Math.round(Number(mtimeNs) / MILLISECOND)))
})

/** The names and mounts that were found so far. */
class Seen {
  readonly #names = new Map<string, string>()
  readonly #mounts = new Map<string, bigint>()

  /** Returns the first name of the file, if it was found before under another name. */
  firstName(path: string, { dev, ino, nlink, type }: ExactAttributes): string | undefined {
    if (nlink < 2 || type === "Directory") return undefined
    const identity = `${dev}:${ino}`
    const known = this.#names.get(identity)
    if (known === undefined) this.#names.set(identity, path)
    return known
  }

  /** Whether a mount begins at this directory. The directory that contains it must be passed first. */
  isMount(path: string, { dev, mountId = dev }: ExactAttributes): boolean {
    this.#mounts.set(path, mountId)
    const { before } = split(path)
    return (this.#mounts.get(withoutSlashes(before) || "/") ?? mountId) !== mountId
  }
}

/** Returns `undefined` for a device, which is left out. */
function* entryAt(
  { readLink, rootDirectory }: FileSystem<unknown>,
  path: string,
  seen: Seen,
  { readLater }: FromOptions
): Program<Entry | LazyFile | undefined> {
  const found = rootDirectory.lstat(path)
  const known = seen.firstName(path, found)
  if (known !== undefined) return { type: "HardLink", of: known }
  const attributes = attributesOf(found)
  switch (found.type) {
    case "Directory":
      return { type: "Directory", ...attributes, ...(seen.isMount(path, found) ? { mount: true } : {}) }
    case "SymbolicLink": {
      const { gid, mtime, uid } = attributes
      return { type: "SymbolicLink", target: readLink(path), uid, gid, mtime }
    }
    case "FIFO":
    case "Socket":
      return { type: found.type, ...attributes }
    case "File":
      return readLater === undefined
        ? { type: "File", content: yield* rootDirectory.readFileBounded(path, LARGEST), ...attributes }
        : { type: "LazyFile", size: Number(found.size), read: () => readLater(path, found), ...attributes }
    default:
      return undefined
  }
}

/** Returns `undefined` if the file was removed after it was listed. */
function* entryIfThere(
  fileSystem: FileSystem<unknown>,
  path: string,
  seen: Seen,
  options: FromOptions
): Program<Entry | LazyFile | undefined> {
  try {
    return yield* entryAt(fileSystem, path, seen, options)
  } catch (thrown) {
    if (isErrno(thrown) && thrown.code === "ENOENT") return undefined
    throw thrown
  }
}

/** @internal */
export function* fromFileSystem(fileSystem: FileSystem<unknown>, options: FromOptions = {}): Program<Tree> {
  const tree: Record<string, Entry | LazyFile> = {}
  const seen = new Seen()
  const root = yield* entryAt(fileSystem, "/", seen, options)
  if (root !== undefined) tree["/"] = root
  const walk = fileSystem.rootDirectory.walkTree("/", { enter: options.enter })
  try {
    for (let part = yield* walk.next(); part.length > 0; part = yield* walk.next()) {
      for (const { path: relative, unreadable } of part) {
        const path = `/${relative}`
        if (unreadable !== undefined && unreadable !== "ENOENT") throw named(makeErrno(unreadable), "scandir", [path])
        const entry = yield* entryIfThere(fileSystem, path, seen, options)
        if (entry !== undefined) tree[path] = entry
      }
    }
  } finally {
    yield* walk.close()
  }
  return tree
}

/** The modes of new files, so that no other user can open one before its owner and mode are set. */
const PRIVATE = 0o600
const PRIVATE_DIRECTORY = 0o700

/**
 * Without the owner, set-id bits would let others run a file as the user who writes it. A special file never gets them:
 * they mean nothing there, but somebody may have put a program in its place.
 */
const modeFor = ({ _tag, mode }: AnyImage, owners: boolean): number =>
  owners && _tag !== "Special" ? mode : mode & ~SET_ID

/**
 * Sets the attributes of an open file or directory. Its name may belong to another file by now, which must not become a
 * set-user-ID program, for example. The mode comes after the owner, because changing the owner clears set-id bits.
 */
function* fill(file: File<unknown>, image: FileImage | DirectoryImage, owners: boolean) {
  if (owners) yield* file.chown(image.uid, image.gid)
  yield* file.chmod(modeFor(image, owners))
  const time = new Date(image.mtime)
  yield* file.utimes(time, time)
}

/** Adds the path to an error of an open file, which does not know it. */
const withPath = (thrown: unknown, path: string): unknown =>
  isErrno(thrown) && thrown.paths.length === 0
    ? named(makeErrno(thrown.code, thrown.cause), thrown.syscall ?? "open", [path])
    : thrown

/** Closes the file at the end. If the program and closing both fail, reports the first error. */
function* whileOpen(file: File<unknown>, path: string, use: Program<void>): Program<void> {
  let isDone = false
  try {
    yield* use
    isDone = true
    yield* file.close()
  } catch (thrown) {
    throw withPath(thrown, path)
  } finally {
    if (!isDone) yield* closeQuietly(file)
  }
}

function* closeQuietly(file: File<unknown>): Program<void> {
  try {
    yield* file.close()
  } catch {
    // The first error is the one that is reported.
  }
}

function* fillFile(file: File<unknown>, image: FileImage, owners: boolean): Program<void> {
  const bytes = image.content.bytes()
  if (bytes.length > 0) yield* file.writeAll(bytes)
  yield* fill(file, image, owners)
}

/** It does not follow links or replace existing files. */
function* makeFile(
  fileSystem: FileSystem<unknown>,
  path: string,
  image: FileImage,
  owners: boolean
): Program<void> {
  const file = yield* waitFor(fileSystem.open(path, "wx", PRIVATE))
  yield* whileOpen(file, path, fillFile(file, image, owners))
}

function* fillIfDirectory(file: File<unknown>, image: DirectoryImage, owners: boolean): Program<void> {
  if (!isDirectory(yield* file.stat())) fail("ENOTDIR")
  yield* fill(file, image, owners)
}

function* fillDirectory(
  fileSystem: FileSystem<unknown>,
  path: string,
  image: DirectoryImage,
  owners: boolean
): Program<void> {
  const file = yield* waitFor(fileSystem.open(path, "r", PRIVATE, true))
  yield* whileOpen(file, path, fillIfDirectory(file, image, owners))
}

type Other = Exclude<AnyImage, FileImage>

/** Creates a directory, a link or a special file. It does not follow links or replace existing files. */
const make = (fileSystem: FileSystem<unknown>, path: string, image: Other): void => {
  switch (image._tag) {
    case "Directory":
      return path === "/" ? undefined : fileSystem.mkdir(path, PRIVATE_DIRECTORY)
    case "SymbolicLink":
      return fileSystem.symlink(image.target, path)
    case "Special":
      return fileSystem.rootDirectory.makeNode(path, image.node, PRIVATE)
  }
}

/** Sets owner, mode and times by name. */
const setAttributes = (
  { chmod, rootDirectory }: FileSystem<unknown>,
  path: string,
  image: Other,
  owners: boolean
): void => {
  if (owners) rootDirectory.lchown(path, image.uid, image.gid)
  if (image._tag !== "SymbolicLink") chmod(path, modeFor(image, owners))
  const mtime = new Date(image.mtime)
  rootDirectory.lutimes(path, mtime, mtime)
}

/** @internal */
export function* toFileSystem(
  tree: Tree,
  fileSystem: FileSystem<unknown>,
  { owners = false }: ToOptions = {}
): Program<void> {
  const root = build(tree)
  if (root._tag === "Invalid") throw new TypeError(invalidTree(root.path, root.why))
  const names = new Map<AnyImage, string>()
  const found = places(root)
  for (const [path, image] of found) {
    yield turn
    const known = names.get(image)
    if (known !== undefined) {
      fileSystem.link(known, path)
      continue
    }
    if (image._tag === "File") yield* makeFile(fileSystem, path, image, owners)
    else make(fileSystem, path, image)
    if (image._tag === "Directory") continue
    if (image.linked) names.set(image, path)
    if (image._tag !== "File") setAttributes(fileSystem, path, image, owners)
  }
  // It exists already: without an entry, it stays as private as it is.
  const hasRoot = Object.keys(tree).some((path) => /^\/+$/.test(path))
  // Directories come last: creating a file in a directory changes its times, and its mode can forbid that.
  for (const [path, image] of found.toReversed()) {
    if (image._tag !== "Directory" || (path === "/" && !hasRoot)) continue
    yield turn
    // The top may not be readable, and cannot be replaced.
    if (path === "/") setAttributes(fileSystem, path, image, owners)
    else yield* fillDirectory(fileSystem, path, image, owners)
  }
}
