/** Opens a directory in a root as a root of its own. */
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import type { Handle } from "@procfsroot/vfs/Handle"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import type { RootHandle } from "../../Root.js"
import { openAt, type OpenRoot } from "../root.js"
import { calling } from "./errno.js"

/** @internal */
export const subRoot = (root: RootHandle, fileSystem: FileSystem<number>, path: string): RootHandle => {
  const directory = fileSystem.open(path, OpenFlags.fromFlag("path"), 0)
  try {
    // Every handle comes from `Root.open`, which makes handles of an `OpenRoot`.
    const { value } = root as Handle<OpenRoot>
    return calling(() => openAt(directory.file ?? -1, value))
  } finally {
    Program.runSync(directory.close())
  }
}
