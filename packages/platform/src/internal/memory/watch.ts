/** What `fs.watch` of Node tells on Linux, as a stream of events. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Directory, holds, type Node, pathOf } from "./inode.js"
import type { Change, World } from "./world.js"

const event = (change: Change, path: string): FileSystem.WatchEvent => {
  switch (change) {
    case "Create":
      return FileSystem.WatchEventCreate({ path })
    case "Update":
      return FileSystem.WatchEventUpdate({ path })
    case "Remove":
      return FileSystem.WatchEventRemove({ path })
  }
}

interface Watched {
  readonly node: Node
  /** What it is called in events about itself: the last name of the path as asked. */
  readonly name: string
  readonly recursive: boolean
}

/** The name by which a watcher knows a place, if it watches it. */
const nameFor = (watched: Watched, directory: Directory, name: string): string | undefined => {
  const { node, recursive } = watched
  if (node.parent === directory && node.name === name) return watched.name
  if (node._tag !== "Directory") return undefined
  if (node === directory) return name
  if (!recursive || !holds(node, directory)) return undefined
  const above = pathOf(node)
  return `${pathOf(directory).slice(above === "/" ? 1 : above.length + 1)}/${name}`
}

/** @internal */
export const changes = (world: World, watched: Watched): Stream.Stream<FileSystem.WatchEvent> =>
  Stream.asyncPush<FileSystem.WatchEvent>((emit) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const watcher = (change: Change, directory: Directory, name: string) => {
          const path = nameFor(watched, directory, name)
          if (path !== undefined) emit.single(event(change, path))
        }
        world.watchers.add(watcher)
        return watcher
      }),
      (watcher) => Effect.sync(() => world.watchers.delete(watcher))
    ), { bufferSize: "unbounded" })
