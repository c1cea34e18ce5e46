/** Opens a directory in a root as a root of its own. */
import { turns } from "@procfsroot/vfs/EventLoop"
import type { File, WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import type { Handle } from "@procfsroot/vfs/Handle"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import type { RootHandle } from "../../Root.js"
import { openAt, type OpenRoot } from "../root.js"
import { calling } from "./errno.js"

const inDirectory = (root: RootHandle, directory: File<number>): RootHandle => {
  try {
    // Every handle comes from `Root.open`, which makes handles of an `OpenRoot`.
    const { value } = root as Handle<OpenRoot>
    return calling(() => openAt(directory.file ?? -1, value))
  } finally {
    // Another thread may close it. Nothing was written, so nobody has to wait for that.
    Program.start(directory.close(), turns)
  }
}

/** @internal */
export const subRoot = (
  root: RootHandle,
  fileSystem: WaitingFileSystem<number>,
  path: string
): Program.Now<RootHandle> =>
  Program.map(
    fileSystem.open(path, OpenFlags.fromFlag("path"), 0),
    (directory): RootHandle => inDirectory(root, directory)
  )
