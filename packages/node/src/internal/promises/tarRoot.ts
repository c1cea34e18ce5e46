/** A root in a tar archive. */
import { behind } from "@procfsroot/path/RootedPath"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { waiting } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import type { Options as FileSystemOptions } from "../../FileSystem.js"
import type { Archive, OpenFile } from "../../Tar.js"
import type { Options, TarRoot } from "../../TarRoot.js"
import { waitingHere } from "../fileSystem/pooled.js"
import { open } from "../tar/archive.js"
import { checkSignal } from "./arguments.js"
import { openError } from "./nodeRoot.js"
import { type Backend, runSync } from "./perform.js"
import { makeRoot, type Provider, separately } from "./root.js"
import { inTurns } from "./turns.js"

/** What Node's file handles have when they are closed. Contents are read through the descriptor of the archive. */
const NO_DESCRIPTOR = -1

const backendOf = (archive: Archive): Backend<OpenFile> => ({
  fileSystem: waiting(archive.fileSystem),
  syncFileSystem: archive.fileSystem,
  isOpen: () => archive.isOpen,
  checkOpen: () => {},
  retain: () => {
    const { close, fileSystem } = archive.retain()
    return { fileSystem, close }
  },
  descriptorOf: () => NO_DESCRIPTOR,
  waitingHere
})

const rootOf = (path: string, archive: Archive): TarRoot => {
  const walk = (path: string, policy: Policy) => Walk.run(archive.root, path, archive.lookup, policy)
  const provider: Provider = {
    path,
    strategy: { name: "walk", reason: "a root in an archive looks up every component" },
    walk,
    resolve: walk,
    batch: () => separately(walk),
    close: archive.close
  }
  const backend = backendOf(archive)
  const subRoot: TarRoot["subRoot"] = inTurns(async (inner: string, options: FileSystemOptions = {}) =>
    runSync(backend, "subRoot", "open", [inner], () => {
      if (!archive.isOpen) throw Errno.make("EBADF")
      const opened = archive.subRoot(inner, options)
      return rootOf(behind(path, archive.fileSystem.realPath(inner)), opened)
    })
  )
  return { ...makeRoot(provider, backend), subRoot, skipped: archive.skipped }
}

/** @internal */
export const openTarRoot = async (path: string, { maxInodes, signal }: Options = {}): Promise<TarRoot> => {
  checkSignal(signal)
  try {
    return rootOf(path, await Program.runPromise(open(path, { maxInodes }), signal))
  } catch (thrown) {
    throw openError(path, path, thrown)
  }
}
