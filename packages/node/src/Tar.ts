/**
 * The file system in an uncompressed tar archive, such as a layer of an image or the output of `docker export`, without
 * unpacking it. Opening it reads the headers; contents are read from the archive when they are needed.
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
 * A file, directory or link of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Inode = index.Node

/**
 * An open file of an archive. It has no descriptor of its own.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenFile = tree.Open

/**
 * An entry that was skipped, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Skipped {
  /** As it is named in the archive, up to 4,096 bytes. */
  readonly path: string
  readonly why: string
}

/**
 * An open archive. It has one descriptor, which is closed with the last user: the archive, those returned by `retain` and `subRoot`,
 * and the open files. Every operation on a closed archive fails with EBADF.
 *
 * @since 0.1.0
 * @category models
 */
export interface Archive {
  /**
   * Reads the files in the archive. Permissions are not checked: a program that can read the archive can read all of
   * it. An operation that would change something fails as on a read-only mount, most often with EROFS. Devices cannot
   * be opened, and fifos are empty.
   */
  readonly fileSystem: FileSystem<OpenFile>
  /** The directory that plays `/`. */
  readonly root: Inode
  /** Answers the lookups of a walk that starts at `root`. */
  readonly lookup: (asked: Walk.Lookup<Inode>) => Walk.Entry<Inode>
  /** The entries that could not be extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Skipped>
  readonly isOpen: boolean
  /** The same archive for another user, who must close it. */
  readonly retain: () => Archive
  /**
   * The directory at `path` as the root of an archive, which its user must close, with a policy that is at least as
   * strict. Throws an `Errno` if there is none.
   */
  readonly subRoot: (path: string, policy?: PathPolicy) => Archive
  readonly close: () => void
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * How many files an archive may contain, including directories and skipped entries, so that a hostile one does not
   * fill the memory: 1,000,000 by default.
   */
  readonly maxInodes?: number | undefined
}

/**
 * Opens an archive in the format of ustar, pax, GNU tar or V7. Throws `Unavailable` of `Root` if that fails; its
 * `reason` says why, for example that the archive is compressed or truncated.
 *
 * The files are the same as after extracting the archive in an empty root. Links on the way to an entry are followed
 * inside the root, and `..` and absolute names stay inside as well: no name leads out. Directories without an entry
 * have mode 0755. A later entry replaces an earlier one and everything below it; only a directory keeps the content of
 * an existing directory. A hard link is another name of the same inode. Entries that cannot be extracted are skipped,
 * and listed in `skipped`: those below a file, hard links to missing files, names of more than 255 bytes, sparse files
 * of GNU tar. Names that are not UTF-8 are written as `SurrogateEscape` writes them. The whiteouts of an image's layer
 * (`.wh.…`) are ordinary files.
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
