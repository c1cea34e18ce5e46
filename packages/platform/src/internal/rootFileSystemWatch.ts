/** `watch`: events of the file system below, with paths of the root. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { fromUnknown } from "./fileSystemError.js"
import { pathUses } from "./pathUse.js"
import { child, type OperationContext, type PathResolver } from "./rootFileSystemPaths.js"
import { basename, withoutSlashes } from "./text.js"

/** What is watched. */
interface Watched {
  readonly context: OperationContext
  readonly place: RootedPath
  readonly isDirectory: boolean
}

/** @internal */
export const watch = (resolver: PathResolver) => (path: string, options?: FileSystem.WatchOptions) => {
  const context = { method: "watch", path }
  return Stream.unwrap(
    Effect.gen(function*() {
      const place = yield* resolver.resolveFor(pathUses.watch[0], context)
      const { type } = yield* resolver.withHostPath(context, place, (host) => resolver.fs.stat(host))
      return resolver.fs.watch(resolver.root.hostPath(place), options).pipe(
        Stream.mapError((error) => fromUnknown(context.method, context.path, error)),
        Stream.mapEffect((event) =>
          toRootEvent(resolver, { context, place, isDirectory: type === "Directory" }, event)
        ),
        Stream.filterMap(identity)
      )
    })
  )
}

/** The event with a path of the root; none for a path outside it. */
const toRootEvent = (
  resolver: PathResolver,
  { context, isDirectory, place }: Watched,
  event: FileSystem.WatchEvent
): Effect.Effect<Option.Option<FileSystem.WatchEvent>, PlatformError> => {
  if (event.path.startsWith("/")) return Effect.succeed(withAbsolutePath(resolver, event))
  // A file that is watched through a link is reported by the link's name.
  const path = isDirectory ? event.path : basename(context.path)
  if (event._tag === "Update") return Effect.succeedSome(FileSystem.WatchEventUpdate({ path }))
  // Node's layer looks in the working directory to tell a new name from a removed one.
  return Effect.map(
    resolver.lookup(context, isDirectory ? child(place, path) : place),
    ({ _tag }) =>
      Option.some(_tag === "Missing" ? FileSystem.WatchEventRemove({ path }) : FileSystem.WatchEventCreate({ path }))
  )
}

const withAbsolutePath = (
  resolver: PathResolver,
  event: FileSystem.WatchEvent
): Option.Option<FileSystem.WatchEvent> => {
  const prefix = `${withoutSlashes(resolver.root.hostPath(root))}/`
  return event.path.startsWith(prefix)
    ? Option.some({ ...event, path: child(root, event.path.slice(prefix.length)) })
    : Option.none()
}
