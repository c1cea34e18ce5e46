/**
 * The file system in an uncompressed tar archive: a layer of an image, or what `docker export` writes, looked into without
 * unpacking it. Opening reads the headers; contents are read where they are in the archive, when they are asked for.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
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
 * A file of an archive that is open. It has no descriptor of its own.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenFile = tree.Open

/**
 * An entry that no file was made of, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Skipped {
  /** As the archive names it. */
  readonly path: string
  readonly why: string
}

/**
 * An open archive. It has one descriptor, which is closed with the last of the archive, what `retain` gave, and the files that
 * are open; whatever is asked of a closed archive fails with EBADF.
 *
 * @since 0.1.0
 * @category models
 */
export interface Archive {
  /**
   * Reads what is in the archive. Permissions are not checked: who can read the archive can read all of it. Whatever would
   * change something fails with EROFS where it fails so on a read-only mount. Devices cannot be opened, fifos are empty.
   */
  readonly fileSystem: FileSystem<OpenFile>
  /** The directory that plays `/`. */
  readonly root: Inode
  /** Answers the lookups of a walk that begins at `root`. */
  readonly lookup: (asked: Walk.Lookup<Inode>) => Walk.Entry<Inode>
  /** The entries that could not have been extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Skipped>
  readonly isOpen: boolean
  /** The same archive, for another user, who has to close it. */
  readonly retain: () => Archive
  readonly close: () => void
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How many files an archive may hold, so that a hostile one does not fill the memory: 1,000,000 by default. */
  readonly maxInodes?: number | undefined
}

/**
 * Opens an archive: ustar, pax, GNU's or V7's. Throws `Unavailable` of `Root` where there is none: its `reason` tells what is
 * wrong, that it is compressed for example, or truncated.
 *
 * The files are those that extraction in an empty root would give. Links on the way to an entry are followed inside the
 * root, where `..` and absolute names stay as well: no name leads out. Directories without an entry have the mode 0755. A
 * later entry takes the place of an earlier one and of everything below it; only a directory leaves what is in a directory.
 * A hard link is another name of the same inode. Entries that cannot be extracted are left out, and listed in `skipped`:
 * those below a file, hard links to nothing, names longer than 255 bytes, sparse files of GNU tar. Names that are not UTF-8
 * are written as `SurrogateEscape` does. The whiteouts of an image's layer (`.wh.…`) are files like others.
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
