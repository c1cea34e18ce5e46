/** The events that `inotify(7)` reports about an inode, in the form of libuv and Node. */
import type { Happening, InodeListener, WatchedInode } from "../../Watch.js"
import { fail } from "../errno.js"
import type { Node } from "./inode.js"
import { type Event, permits, READ, type World } from "./world.js"

/** A change of a directory's attributes is reported as if its name had changed. */
const typeOf = (node: Node): Happening["type"] => node._tag === "Directory" ? "rename" : "change"

const seenBy = (watched: Node, event: Event): Happening | undefined => {
  if (event._tag === "Name") {
    return event.directory === watched ? { type: "rename", name: event.name } : undefined
  }
  const { node } = event
  if (event._tag === "Update" && node.parent === watched) return { type: typeOf(node), name: node.name }
  if (node !== watched) return undefined
  const isRename = event._tag === "Moved" || event._tag === "Gone"
  return { type: isRename ? "rename" : typeOf(node), name: undefined }
}

/**
 * Only what may be read may be watched (`inotify_find_inode` in `fs/notify/inotify/inotify_user.c`).
 *
 * @internal
 */
export const watch = (world: World, node: Node, listener: InodeListener): WatchedInode<Node> => {
  if (!permits(world, node, READ)) fail("EACCES")
  const { watchers } = world.shared
  const stop = () => watchers.delete(watcher)
  const watcher = (event: Event): void => {
    const happening = seenBy(node, event)
    if (happening === undefined) return
    listener.happened(happening)
    if (event._tag !== "Gone") return
    // `IN_DELETE_SELF` is reported first, and then `IN_IGNORED`, since the watch ends with its inode.
    stop()
    listener.happened(happening)
  }
  watchers.add(watcher)
  return { handle: node, stop }
}
