/** Opens a tar archive as a `FileSystem`. */
import * as Tar from "@procfsroot/node/Tar"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import type { RootUnavailable } from "../../ResolveError.js"
import * as Root from "../../Root.js"
import { RootDirectory } from "../../RootDirectory.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"
import type { Options } from "../TarFileSystem.js"
import { backendOf } from "./backend.js"
import { closed, failWith } from "./nodeRoot.js"

/**
 * The descriptor of a file in errors: its content is read through the descriptor of the archive, so it has none itself.
 */
const NO_DESCRIPTOR = -1

/** Opens an archive. If the fiber is interrupted while the archive is opened, the archive is closed. */
const acquire = (path: string, { maxInodes }: Options): Effect.Effect<Tar.Archive, RootUnavailable, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) => {
    let opened: Tar.Archive | undefined
    const run = VfsFileSystem.run(
      function*() {
        return opened = yield* Tar.open(path, { maxInodes })
      },
      (thrown) => failWith(path, thrown)
    )
    const opening = Effect.onInterrupt(restore(run), () => Effect.sync(() => opened?.close()))
    return Effect.acquireRelease(opening, (archive) => Effect.sync(() => archive.close()))
  })

const rootOf = (rootPath: string, archive: Tar.Archive): Root.Root["Service"] =>
  Root.make({
    path: rootPath,
    walk: (path, policy) =>
      Effect.suspend(() =>
        archive.isOpen ? Effect.succeed(Walk.run(archive.root, path, archive.lookup, policy)) : closed(rootPath, path)
      )
  })

/** The services of an archive, or of a directory in it that is opened as a root. */
const servicesOf = (rootPath: string, archive: Tar.Archive) => {
  const backend = backendOf(rootPath, archive, ({ fileSystem }: Tar.Archive) => fileSystem, () => NO_DESCRIPTOR)
  return Context.make(FileSystem.FileSystem, VfsFileSystem.make(backend)).pipe(
    Context.add(Root.Root, rootOf(rootPath, archive)),
    Context.add(RootDirectory, VfsFileSystem.makeRootDirectory(backend, openSubRoot(rootPath, archive)))
  )
}

/** Ignores the option `readOnly`, since every archive is read-only. */
const openSubRoot = (rootPath: string, parent: Tar.Archive): VfsFileSystem.OpenSubRoot => (path, options) => {
  const archive = parent.subRoot(path, options)
  const ownPath = RootedPath.behind(rootPath, parent.fileSystem.realPath(path))
  return { services: servicesOf(ownPath, archive), close: archive.close }
}

/** @internal */
export const make = (rootPath: string, options: Options = {}) =>
  Effect.map(
    acquire(rootPath, options),
    (archive) => ({ skipped: archive.skipped, context: servicesOf(rootPath, archive) })
  )
