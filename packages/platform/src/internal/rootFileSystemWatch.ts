/** `watch`: events of the file system below, with paths of the root. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import { split, withoutSlashes } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { pathUses } from "@procfsroot/vfs/PathUse"
import { child, type Context, operation, type PathResolver } from "./rootFileSystemPathResolver.js"

/** @internal */
export const watch = (context: Context) => (path: string, options?: FileSystem.WatchOptions) =>
  Stream.unwrap(operation(context, "watch", [path], (resolver) =>
    Effect.gen(function*() {
      const place = yield* resolver.resolveFor(pathUses.watch[0])
      const { type } = yield* resolver.stat(place)
      return resolver.fs.watch(resolver.root.hostPath(place), options).pipe(
        Stream.mapError((error) => resolver.fromBelow(error)),
        Stream.mapEffect((event) => toRootEvent(resolver, place, type === "Directory", event)),
        Stream.filterMap(identity)
      )
    })))

/** The event with a path of the root; none for a path outside it. */
const toRootEvent = (
  resolver: PathResolver,
  place: RootedPath,
  isDirectory: boolean,
  event: FileSystem.WatchEvent
): Effect.Effect<Option.Option<FileSystem.WatchEvent>, PlatformError> => {
  if (event.path.startsWith("/")) return Effect.succeed(withAbsolutePath(resolver, event))
  // A file that is watched through a link is reported by the link's name.
  const path = isDirectory ? event.path : split(resolver.path).name
  if (event._tag === "Update") return Effect.succeedSome(FileSystem.WatchEventUpdate({ path }))
  // Node's layer looks in the working directory to tell a new name from a removed one.
  return Effect.map(
    resolver.lookup(isDirectory ? child(place, path) : place),
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
