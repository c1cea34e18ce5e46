/**
 * Opens an uncompressed tar archive as a file system, without unpacking it, for example an image layer or the output of
 * `docker export`. Opening the archive reads its headers. Contents are read when they are needed.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type { Program } from "@procfsroot/vfs/Program"
import * as internal from "./internal/tar/archive.js"
import type * as index from "./internal/tar/tarIndex.js"
import type * as tree from "./internal/tar/tarTree.js"

/**
 * A file, directory or link in an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Inode = index.Node

/**
 * An open file in an archive. It has no descriptor of its own.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenFile = tree.Open

/**
 * An entry that was skipped, and the reason.
 *
 * @since 0.1.0
 * @category models
 */
export interface Skipped {
  /** The path as it is in the archive, cut off after 4,096 bytes. */
  readonly path: string
  readonly why: string
}

/**
 * An open archive. It has a single descriptor. This is closed when the archive, the archives that `retain` and
 * `subRoot` returned, and all open files are closed. Every operation on a closed archive fails with EBADF.
 *
 * @since 0.1.0
 * @category models
 */
export interface Archive {
  /**
   * The file system in the archive. Permissions are not checked, since a program that can read the archive can read all
   * of it anyway. An operation that would change something fails as on a read-only mount, usually with EROFS. Devices
   * cannot be opened, and fifos are empty.
   */
  readonly fileSystem: FileSystem<OpenFile>
  /** The directory that serves as `/`. */
  readonly root: Inode
  /** Answers the lookups of a walk that starts at `root`. */
  readonly lookup: (asked: Walk.Lookup<Inode>) => Walk.Entry<Inode>
  /** The entries that cannot be extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Skipped>
  readonly isOpen: boolean
  /** Returns another handle of the same archive. Close this handle as well. */
  readonly retain: () => Archive
  /**
   * Returns the directory at `path` as an archive with its own root. Close the new archive as well. Its policy is at
   * least as strict as that of this archive. Throws an `Errno` if there is no such directory.
   */
  readonly subRoot: (path: string, policy?: PathPolicy) => Archive
  /** Does not wait until the descriptor is closed, since the file system of the archive may not respond. */
  readonly close: () => void
}

/**
 * The options for opening an archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The number of files that an archive may contain, including its root, other directories and skipped entries. The
   * default, 1,000,000, keeps a hostile archive from filling the memory. It also limits the number of directories and
   * links that all names together may lead through: 64 for each file that the archive may contain, and another million.
   * Anything but a whole number of at least 0 or `Infinity` is a `RangeError`.
   */
  readonly maxInodes?: number | undefined
}

/**
 * Opens an archive in the format of ustar, pax, GNU tar or V7. Throws `Unavailable` of `Root` if that fails. Its
 * `reason` says why, for example that the archive is compressed or truncated.
 *
 * The files are the same as after extracting the archive in an empty root. Links on the way to an entry are followed
 * inside the root, and `..` and absolute names stay inside it, so no name leads out. Directories without an entry have
 * mode 0755. A later entry replaces an earlier one and everything below it, except that a directory keeps the content
 * of an existing directory. A hard link is another name of the same inode. Entries that cannot be extracted are skipped
 * and listed in `skipped`: entries below a file, hard links to missing files, names of more than 255 bytes, and sparse
 * files of GNU tar. Names that are not valid UTF-8 are written in the form of `SurrogateEscape`. The whiteouts of an
 * image layer (`.wh.…`) are treated as ordinary files.
 *
 * @example
 * import { Tar } from "@procfsroot/node"
 * import { Program } from "@procfsroot/vfs"
 *
 * const release = async (layer: string) => {
 *   const archive = await Program.runPromise(Tar.open(layer))
 *   try {
 *     return await Program.runPromise(archive.fileSystem.readFile("/etc/os-release"))
 *   } finally {
 *     archive.close()
 *   }
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const open: (path: string, options?: Options) => Program<Archive> = internal.open
