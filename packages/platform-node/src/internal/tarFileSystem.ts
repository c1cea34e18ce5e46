import * as FileSystem from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Tar from "@procfsroot/node/Tar"
import * as Walk from "@procfsroot/path/Walk"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Options, TarFileSystem } from "../TarFileSystem.js"
import { backendOf } from "./backend.js"
import { closed, failWith } from "./nodeRoot.js"

/** @internal */
export const tag = Context.GenericTag<TarFileSystem>("@procfsroot/platform-node/TarFileSystem")

/** What a file is called in errors: its content is read through the descriptor of the archive. */
const NO_DESCRIPTOR = -1

/** An archive that was opened when the fiber was interrupted is closed. */
const acquire = (path: string, options: Options): Effect.Effect<Tar.Archive, RootUnavailable, Scope.Scope> => {
  const opening = Effect.suspend(() => {
    let opened: Tar.Archive | undefined
    const run = VfsFileSystem.run(
      function*() {
        return opened = yield* Tar.open(path, options)
      },
      (thrown) => failWith(path, thrown)
    )
    return Effect.onInterrupt(Effect.interruptible(run), () => Effect.sync(() => opened?.close()))
  })
  return Effect.acquireRelease(opening, (archive) => Effect.sync(() => archive.close()))
}

const make = (rootPath: string, options: Options) =>
  Effect.map(acquire(rootPath, options), (archive) => {
    const root = Root.make({
      path: rootPath,
      walk: (path, policy) =>
        Effect.suspend(() =>
          archive.isOpen ? Effect.succeed(Walk.run(archive.root, path, archive.lookup, policy)) : closed(rootPath, path)
        )
    })
    const fileSystem = VfsFileSystem.make(
      backendOf(rootPath, archive, (retained: Tar.Archive) => retained.fileSystem, () => NO_DESCRIPTOR)
    )
    return Context.make(FileSystem.FileSystem, fileSystem).pipe(
      Context.add(Root.Root, root),
      Context.add(tag, tag.of({ skipped: archive.skipped }))
    )
  })

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
