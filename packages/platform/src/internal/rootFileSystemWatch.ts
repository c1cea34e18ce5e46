/** `watch`: events of the file system below, in the words of the root. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { fromUnknown } from "./fileSystemError.js"
import { pathUses } from "./pathUse.js"
import { type Asked, child, type Inside } from "./rootFileSystemPaths.js"
import { basename, withoutSlashes } from "./text.js"

/** What is watched, and by which words events tell of it. */
interface Watched {
  readonly asked: Asked
  readonly place: RootedPath
  readonly isDirectory: boolean
}

/** @internal */
export const watch = (inside: Inside) => (path: string, options?: FileSystem.WatchOptions) => {
  const asked = { method: "watch", path }
  return Stream.unwrap(
    Effect.gen(function*() {
      const place = yield* inside.at(pathUses.watch[0], asked)
      const { type } = yield* inside.below(asked, place, (host) => inside.fs.stat(host))
      return inside.fs.watch(inside.root.hostPath(place), options).pipe(
        Stream.mapError((error) => fromUnknown(asked.method, asked.path, error)),
        Stream.mapEffect((event) => told(inside, { asked, place, isDirectory: type === "Directory" }, event)),
        Stream.filterMap(identity)
      )
    })
  )
}

/** The event as it is told inside; none for a place that has no name there. */
const told = (
  inside: Inside,
  { asked, isDirectory, place }: Watched,
  event: FileSystem.WatchEvent
): Effect.Effect<Option.Option<FileSystem.WatchEvent>, PlatformError> => {
  if (event.path.startsWith("/")) return Effect.succeed(byPlace(inside, event))
  // A file that is watched through a link is told of by the link's name.
  const path = isDirectory ? event.path : basename(asked.path)
  if (event._tag === "Update") return Effect.succeedSome(FileSystem.WatchEventUpdate({ path }))
  // Node's layer tells what was made from what was taken away by a look at the name in the working directory.
  return Effect.map(
    inside.look(asked, isDirectory ? child(place, path) : place),
    ({ _tag }) =>
      Option.some(_tag === "Missing" ? FileSystem.WatchEventRemove({ path }) : FileSystem.WatchEventCreate({ path }))
  )
}

const byPlace = (inside: Inside, event: FileSystem.WatchEvent): Option.Option<FileSystem.WatchEvent> => {
  const prefix = `${withoutSlashes(inside.root.hostPath(root))}/`
  return event.path.startsWith(prefix)
    ? Option.some({ ...event, path: child(root, event.path.slice(prefix.length)) })
    : Option.none()
}
