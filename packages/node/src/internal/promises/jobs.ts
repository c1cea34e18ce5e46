/** The functions of `node:fs` that may wait, as jobs for the functions with promises and the synchronous ones. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { FileSystem, RemoveOptions } from "@procfsroot/vfs/FileSystem"
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import type { Program } from "@procfsroot/vfs/Program"
import { bitsOf, lengthOf, withBooleans } from "./arguments.js"
import { constants } from "./constants.js"
import { notSupported } from "./errors.js"
import type { Job } from "./perform.js"
import { Dirent } from "./stats.js"
import { type Encoded, encodingOf, nameIn, type PathLike, pathOf } from "./texts.js"

/**
 * What both kinds of functions use of their file systems.
 *
 * @internal
 */
export type Files = Pick<
  FileSystem<unknown>,
  "copy" | "copyFile" | "readDirectory" | "readDirectoryEntries" | "remove" | "truncate"
>

interface CopyOptions {
  readonly recursive?: boolean | undefined
  readonly force?: boolean | undefined
  readonly errorOnExist?: boolean | undefined
  readonly preserveTimestamps?: boolean | undefined
  readonly dereference?: boolean | undefined
  readonly filter?: unknown
}

/** @internal */
export interface ListOptions extends Encoded {
  readonly recursive?: boolean | undefined
  readonly withFileTypes?: boolean | undefined
}

/** @internal */
export const copyFile = (fs: Files, from: PathLike, to: PathLike, mode?: number | null): Job<void> => {
  const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
  const bits = bitsOf(mode)
  const exclusive = (bits & constants.COPYFILE_EXCL) !== 0
  const begin = () => {
    if ((bits & constants.COPYFILE_FICLONE_FORCE) !== 0) throw Errno.make("ENOTSUP")
    return fs.copyFile(source, copy, { exclusive })
  }
  return { method: "copyFile", syscall: "copyfile", paths: [source, copy], begin }
}

/** @internal */
export const cp = (fs: Files, from: PathLike, to: PathLike, options: CopyOptions = {}): Job<void> => {
  const names = ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive"] as const
  const own = withBooleans(options, ...names)
  const { dereference, errorOnExist, filter, force: overwrite = true, preserveTimestamps, recursive = false } = own
  if (dereference === true) throw notSupported("dereference")
  if (filter !== undefined) throw notSupported("filter")
  const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
  const begin = () => fs.copy(source, copy, { errorOnExist, overwrite, preserveTimestamps, recursive })
  return { method: "cp", syscall: "cp", paths: [source, copy], begin }
}

/** @internal */
export const rm = (fs: Files, path: PathLike, options: RemoveOptions = {}): Job<void> => {
  const text = pathOf(path)
  const { force, recursive } = withBooleans(options, "force", "recursive")
  return { method: "rm", syscall: "rm", paths: [text], begin: () => fs.remove(text, { force, recursive }) }
}

/** @internal */
export const truncate = (fs: Files, path: PathLike, length: number | null = 0): Job<void> => {
  const text = pathOf(path)
  const begin = () => fs.truncate(text, lengthOf(length))
  return { method: "truncate", syscall: "open", paths: [text], begin }
}

const below = (directory: string, name: string): string =>
  directory.endsWith("/") ? directory + name : `${directory}/${name}`

/** The name of an entry further down contains the directories before it. */
const direntOf = (directory: string, { name, type }: DirectoryEntry, encoding: string | undefined) => {
  const slash = name.lastIndexOf("/")
  const parent = slash === -1 ? directory : below(directory, name.slice(0, slash))
  return new Dirent(nameIn(name.slice(slash + 1), encoding), parent, type)
}

function* mapped<A, B>(program: Program<ReadonlyArray<A>>, change: (item: A) => B): Program<ReadonlyArray<B>> {
  return (yield* program).map(change)
}

type Dirents = ReadonlyArray<ReturnType<typeof direntOf>>

const entriesOf = (fs: Files, path: string, recursive: boolean, encoding: string | undefined) => (): Program<Dirents> =>
  mapped(fs.readDirectoryEntries(path, recursive), (entry) => direntOf(path, entry, encoding))

/** Options, unless there is only an encoding. */
const optionsIn = (options: ListOptions | string | null | undefined): ListOptions =>
  typeof options === "object" ? options ?? {} : {}

/** @internal */
export const opendir = (fs: Files, directory: PathLike, options?: ListOptions | string | null): Job<Dirents> => {
  const path = pathOf(directory)
  const encoding = encodingOf(options)
  const { recursive = false } = optionsIn(options)
  const begin = entriesOf(fs, path, recursive, encoding)
  return { method: "opendir", syscall: "opendir", paths: [path], begin }
}

/** @internal */
export const readdir = (
  fs: Files,
  directory: PathLike,
  options?: ListOptions | string | null
): Job<Dirents | ReadonlyArray<string | Uint8Array>> => {
  const path = pathOf(directory)
  const encoding = encodingOf(options)
  const { recursive = false, withFileTypes = false } = optionsIn(options)
  const names = () => fs.readDirectory(path, recursive)
  const encoded = () => mapped(names(), (name) => nameIn(name, encoding))
  const begin = withFileTypes
    ? entriesOf(fs, path, recursive, encoding)
    : encoding === undefined
    ? names
    : encoded
  return { method: "readdir", syscall: "scandir", paths: [path], begin }
}
