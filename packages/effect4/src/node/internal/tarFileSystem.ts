import * as Tar from "@procfsroot/node/Tar"
import * as Walk from "@procfsroot/path/Walk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import type { RootUnavailable } from "../../ResolveError.js"
import * as Root from "../../Root.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"
import type { Options } from "../TarFileSystem.js"
import { backendOf } from "./backend.js"
import { closed, failWith } from "./nodeRoot.js"

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

/** @internal */
export const make = Effect.fn("TarFileSystem.make")(function*(rootPath: string, options: Options = {}) {
  const archive = yield* acquire(rootPath, options)
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
  const context = Context.make(FileSystem.FileSystem, fileSystem).pipe(Context.add(Root.Root, root))
  return { skipped: archive.skipped, context }
})
