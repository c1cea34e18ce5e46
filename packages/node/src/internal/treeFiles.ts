/** Reads directories and archives as trees of plain data, and writes such trees to directories. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import type { ExactAttributes } from "@procfsroot/vfs/Attributes"
import * as Program from "@procfsroot/vfs/Program"
import type { Tree } from "@procfsroot/vfs/Tree"
import * as TreeCopy from "@procfsroot/vfs/TreeCopy"
import { readFileSync } from "node:fs"
import { bindFor } from "../Native.js"
import type { FromDirectoryOptions, FromTarOptions } from "../TreeFiles.js"
import { calling } from "./fileSystem/errno.js"
import { make as makeFileSystem } from "./fileSystem/fileSystem.js"
import { open as openRoot } from "./root.js"
import { open as openTar } from "./tar/archive.js"
import { isUnavailable } from "./unavailable.js"

/** The file system in a directory, which stays open until `close`. */
const openIn = (directory: string): { readonly fileSystem: FileSystem<number>; readonly close: () => void } => {
  const handle = openRoot(directory, { bind: bindFor({}) })
  return { fileSystem: makeFileSystem(handle), close: () => void handle.close() }
}

const isSame = (a: ExactAttributes, b: ExactAttributes): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs

const readFile = ({ open }: FileSystem<number>, path: string, was: ExactAttributes): Uint8Array => {
  const file = Program.valueOf(open(path, "r", 0, true))
  try {
    if (file.file === undefined || !isSame(Program.runSync(file.statExact()), was)) throw Errno.make("ESTALE")
    const descriptor = file.file
    return calling(() => readFileSync(descriptor))
  } finally {
    Program.runSync(file.close())
  }
}

/** Removes the host path from an error: a program that has only the tree does not know the directory. */
const withoutPlace = (thrown: unknown): unknown =>
  Errno.isErrno(thrown) || isUnavailable(thrown) ? Errno.make(thrown.code) : thrown

/**
 * Reads the content of a file when it is needed. The directory is not kept open until then, so this checks that the
 * file is still the same.
 */
const readLater = (directory: string) => (path: string, was: ExactAttributes): Uint8Array => {
  try {
    const { close, fileSystem } = openIn(directory)
    try {
      return readFile(fileSystem, path, was)
    } finally {
      close()
    }
  } catch (thrown) {
    throw withoutPlace(thrown)
  }
}

/** @internal */
export function* fromDirectory(
  directory: string,
  { enter, lazy = false }: FromDirectoryOptions = {}
): Program.Program<Tree> {
  const { close, fileSystem } = openIn(directory)
  try {
    return yield* TreeCopy.fromFileSystem(fileSystem, { enter, readLater: lazy ? readLater(directory) : undefined })
  } finally {
    close()
  }
}

/** @internal */
export function* fromTar(file: string, options?: FromTarOptions): Program.Program<Tree> {
  const archive = yield* openTar(file, options)
  try {
    return yield* TreeCopy.fromFileSystem(archive.fileSystem)
  } finally {
    archive.close()
  }
}

/** Whether to set the owners of files: like `tar`, only if the superuser runs this. */
const mayGive = (): boolean => process.geteuid?.() === 0

/** @internal */
export function* toDirectory(tree: Tree, directory: string): Program.Program<void> {
  const { close, fileSystem } = openIn(directory)
  try {
    return yield* TreeCopy.toFileSystem(tree, fileSystem, { owners: mayGive() })
  } finally {
    close()
  }
}
