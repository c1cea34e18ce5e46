/** What `fs.watch` of Node reports on Linux. */
import type { Change, WatchListener } from "../../InodeOperations.js"
import { type Directory, holds, type Node, pathOf } from "./inode.js"
import type { World } from "./world.js"

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
export const watch = (world: World, watched: Watched, listener: WatchListener): () => void => {
  const watcher = (type: Change["type"], directory: Directory, name: string) => {
    const known = nameFor(watched, directory, name)
    if (known !== undefined) listener.changed({ type, name: known })
  }
  world.watchers.add(watcher)
  return () => world.watchers.delete(watcher)
}
