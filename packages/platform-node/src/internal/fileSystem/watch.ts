/** Watches files and directories through the descriptors that hold them (`inotify(7)` watches what is opened). */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { closeSync, fstatSync, type FSWatcher, lstatSync, openSync, watch as watchNode } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { names } from "./content.js"
import { childPath, O_HANDLE } from "./foundFiles.js"
import { errnoError } from "../errnoError.js"
import { type Inside, split } from "./inside.js"
import { operation } from "./operation.js"

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
const namesNow = (fd: number): ReadonlyArray<string> => {
  try {
    return names(fd)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
}

interface Watched {
  readonly fd: number
  readonly watcher: FSWatcher
}

interface Listener {
  readonly event: (event: FileSystem.WatchEvent) => void
  readonly failed: (error: unknown) => void
}

/** One directory or file, and with `recursive` every directory below it, those to come included. */
class Watch implements Disposable {
  readonly #watched = new Map<string, Watched>()
  readonly #listener: Listener
  readonly #recursive: boolean
  #inTurn = 0

  constructor(listener: Listener, recursive: boolean) {
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
    if (this.#recursive) { for (const name of namesNow(fd)) this.#follow(fd, prefix, name) }
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
          this.#listener.failed(error)
        }
      })
    } catch (error) {
      closeSync(fd)
      throw error
    }
    watcher.on("error", this.#listener.failed)
    this.#watched.set(key, { fd, watcher })
  }

  #count(): void {
    if (this.#inTurn === 0) setImmediate(() => this.#inTurn = 0)
    this.#inTurn++
    if (this.#inTurn > MOST) throw errnoError("EOVERFLOW", "watch")
  }

  #tell(type: string, exists: boolean, path: string): void {
    if (type === "change") this.#listener.event(FileSystem.WatchEventUpdate({ path }))
    else this.#listener.event(exists ? FileSystem.WatchEventCreate({ path }) : FileSystem.WatchEventRemove({ path }))
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
export const make = (inside: Inside): FileSystem.FileSystem["watch"] => (path, { recursive = false } = {}) =>
  Stream.asyncScoped<FileSystem.WatchEvent, PlatformError>((emit) => {
    const listener: Listener = {
      event: (event) => void emit.single(event),
      failed: (error) => void emit.fail(FileSystemError.fromUnknown("watch", path, error))
    }
    return Effect.acquireRelease(
      operation("watch", path, (hold) => {
        const watch = new Watch(listener, recursive)
        // The root's own descriptor outlives every watch; one of the watch's own is what it closes.
        const fd = openSync(descriptorPath(inside.existing(path, hold)), O_PATH)
        try {
          if (fstatSync(fd).isDirectory()) watch.directory(fd, "", split(path).name)
          else watch.file(fd, split(path).name)
          return watch
        } catch (error) {
          watch[Symbol.dispose]()
          throw error
        }
      }),
      (watch) => Effect.sync(() => watch[Symbol.dispose]())
    )
  })
