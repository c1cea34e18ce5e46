/**
 * The file system inside an open root, by descriptors: nobody can put another directory in the place of one that is held.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import * as internal from "./internal/fileSystem/fileSystem.js"
import type { RootHandle } from "./Root.js"

/**
 * A file system that works until the handle is closed; then every operation fails with EBADF, and asks the system for
 * nothing. Open files are descriptors.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: RootHandle) => FileSystem<number> = internal.make
