/** A root in a tar archive. */
import { behind } from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import * as Program from "@procfsroot/vfs/Program"
import type { OpenRoot } from "../../OpenRoot.js"
import type { Archive, OpenFile } from "../../Tar.js"
import type { Options, TarRoot } from "../../TarRoot.js"
import type { Source } from "../../VfsRoot.js"
import { waitingHere } from "../fileSystem/pooled.js"
import { open } from "../tar/archive.js"
import { checkSignal } from "./arguments.js"
import { openError } from "./nodeRoot.js"
import { hostPathOf } from "./texts.js"
import { openVfsRoot } from "./vfsRoot.js"

const sourceOf = (path: string, archive: Archive): Source<OpenFile> => ({
  path,
  fileSystem: archive.fileSystem,
  walk: (path, policy) => Walk.run(archive.root, path, archive.lookup, policy),
  subRoot: (inner, options) => {
    const place = behind(path, archive.fileSystem.realPath(inner))
    return sourceOf(place, archive.subRoot(inner, options))
  },
  close: archive.close
})

const withSkipped = (root: OpenRoot, skipped: Archive["skipped"]): TarRoot => ({
  ...root,
  skipped,
  subRoot: async (path, options) => withSkipped(await root.subRoot(path, options), skipped)
})

/** @internal */
export const openTarRoot = async (file: string | URL, { maxInodes, signal }: Options = {}): Promise<TarRoot> => {
  checkSignal(signal)
  const path = hostPathOf(file, "path")
  try {
    const archive = await Program.runPromise(open(path, { maxInodes }), signal)
    return withSkipped(openVfsRoot(sourceOf(path, archive), { waitingHere }), archive.skipped)
  } catch (thrown) {
    throw openError(path, path, thrown)
  }
}
