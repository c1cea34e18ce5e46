/**
 * Watches: what they report to programs, and what a kind of file system reports to them.
 *
 * @since 0.1.0
 */

/**
 * A change that a watch reports: what happened, and to which path, relative to the watched path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  readonly type: "Create" | "Update" | "Remove"
  readonly name: string
}

/**
 * The largest number of events that wait to be reported, and of reported changes that wait to be read. If there are
 * more, the watch fails with EOVERFLOW, so that memory does not fill up.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_EVENTS = 4_096

/**
 * An event, as `inotify(7)` reports it. `rename` means that a name was created, moved or removed, and `change` that
 * content or attributes changed. `name` is the name in the watched directory. If it is missing, the event is about the
 * watched inode itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Happening {
  readonly type: "change" | "rename"
  readonly name: string | undefined
}

/**
 * The functions that a watch calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface InodeListener {
  readonly happened: (happening: Happening) => void
  /** Called if the watch has failed, usually with an `Errno`. It then reports no further events. */
  readonly failed: (thrown: unknown) => void
}

/**
 * A watched inode. It has its own handle. Release this handle like any other.
 *
 * @since 0.1.0
 * @category models
 */
export interface WatchedInode<out H> {
  readonly handle: H
  readonly stop: () => void
}
