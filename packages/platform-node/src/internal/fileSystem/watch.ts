/** Watches files and directories through the descriptors that hold them (`inotify(7)` watches what is opened). */
import type { WatchListener } from "@procfsroot/vfs/InodeOperations"
import { closeSync, fstatSync, type FSWatcher, lstatSync, openSync, watch as watchNode } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { toErrno } from "./errno.js"
import { childPath, type FoundFile, O_HANDLE } from "./foundFiles.js"
import { errnoError } from "../errnoError.js"
import { namesNow } from "./names.js"

/**
 * The last component of the path that a directory is watched by. libuv tells what befalls the directory itself under that
 * name, and no file can have it.
 */
const SELF = "."

/**
 * How many events one turn of the event loop may bring. libuv reads on as long as there are any, so that whoever makes them
 * faster than they are read stops everything else; the kernel's own queue has 16,384 (`inotify(7)`, `max_queued_events`).
 */
const MOST = 20_000

/** What is in a directory that is held; one that was removed meanwhile has nothing in it. */
const namesIn = (fd: number): ReadonlyArray<string> => {
  try {
    return namesNow(fd)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
}

interface Watched {
  readonly fd: number
  readonly watcher: FSWatcher
}

/** One directory or file, and with `recursive` every directory below it, those to come included. */
class Watch implements Disposable {
  readonly #watched = new Map<string, Watched>()
  readonly #listener: WatchListener
  readonly #recursive: boolean
  #inTurn = 0

  constructor(listener: WatchListener, recursive: boolean) {
    this.#listener = listener
    this.#recursive = recursive
  }

  file(fd: number, name: string): void {
    this.#add(name, fd, descriptorPath(fd), (type) => this.#tell(type, fstatSync(fd).nlink > 0, name))
  }

  directory(fd: number, prefix: string, ownName: string | undefined): void {
    this.#add(prefix, fd, `${descriptorPath(fd)}/${SELF}`, (type, name) => {
      if (name === SELF) {
        if (ownName !== undefined) this.#tell(type, fstatSync(fd).nlink > 0, ownName)
        return
      }
      const exists = lstatSync(childPath(fd, name), { throwIfNoEntry: false }) !== undefined
      this.#tell(type, exists, prefix + name)
      if (this.#recursive && type === "rename") this.#follow(fd, prefix, name)
    })
    if (this.#recursive) { for (const name of namesIn(fd)) this.#follow(fd, prefix, name) }
  }

  #add(key: string, fd: number, place: string, changed: (type: string, name: string) => void): void {
    let watcher: FSWatcher
    try {
      watcher = watchNode(place, { encoding: "buffer" }, (type, bytes) => {
        try {
          this.#count()
          if (bytes !== null) changed(type, fromNode(bytes.toString(), () => bytes))
        } catch (error) {
          // At once: nobody else gets a turn while the events do not end.
          this[Symbol.dispose]()
          this.#listener.failed(toErrno(error))
        }
      })
    } catch (error) {
      closeSync(fd)
      throw error
    }
    watcher.on("error", (error) => this.#listener.failed(toErrno(error)))
    this.#watched.set(key, { fd, watcher })
  }

  #count(): void {
    if (this.#inTurn === 0) setImmediate(() => this.#inTurn = 0)
    this.#inTurn++
    if (this.#inTurn > MOST) throw errnoError("EOVERFLOW", "watch")
  }

  #tell(type: string, exists: boolean, path: string): void {
    this.#listener.changed({ type: type === "change" ? "Update" : exists ? "Create" : "Remove", name: path })
  }

  /** Begins with a directory that appeared under a name, and ends with the one that was there. */
  #follow(parent: number, prefix: string, name: string): void {
    const key = `${prefix}${name}/`
    for (const [place, watched] of this.#watched) if (place.startsWith(key)) this.#end(place, watched)
    let fd: number
    try {
      fd = openSync(childPath(parent, name), O_HANDLE | O_DIRECTORY)
    } catch {
      // No directory, or none any more: there is nothing below it to watch.
      return
    }
    // What befalls the directory itself, its parent's watcher tells.
    this.directory(fd, key, undefined)
  }

  #end(place: string, { fd, watcher }: Watched): void {
    this.#watched.delete(place)
    watcher.close()
    closeSync(fd)
  }

  [Symbol.dispose](): void {
    for (const [place, watched] of this.#watched) this.#end(place, watched)
  }
}

/** @internal */
export const watch = (inode: FoundFile, name: string, recursive: boolean, listener: WatchListener): () => void => {
  const watch = new Watch(listener, recursive)
  // The root's own descriptor outlives every watch; one of the watch's own is what it closes.
  const fd = openSync(descriptorPath(inode.fd), O_PATH)
  try {
    if (fstatSync(fd).isDirectory()) watch.directory(fd, "", name)
    else watch.file(fd, name)
  } catch (error) {
    watch[Symbol.dispose]()
    throw toErrno(error)
  }
  return () => watch[Symbol.dispose]()
}
