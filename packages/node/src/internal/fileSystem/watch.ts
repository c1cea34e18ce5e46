/**
 * Watches one file or directory through the descriptor that holds it (`inotify(7)` watches what is opened).
 *
 * libuv reads events as long as there are any, and calls back for each: whoever makes them faster than that would stop the
 * event loop. So a callback only keeps its event, and later turns of the event loop report a few of them each.
 */
import type { Happening, InodeListener, WatchedInode } from "@procfsroot/vfs/InodeOperations"
import * as Errno from "@procfsroot/vfs/Errno"
import { closeSync, fstatSync, type FSWatcher, openSync, watch as watchNode } from "node:fs"
import { descriptorPath, O_PATH } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { calling, toErrno } from "./errno.js"
import type { FoundFile } from "./foundFiles.js"

/**
 * The last component of the path that a directory is watched by. libuv reports what happens to the directory itself under
 * that name, and no file can have it.
 */
const SELF = "."

/** How many events are kept, as many as wait for their consumer. */
const MOST = 4_096

/** How many of them are reported in one turn of the event loop. */
const SOME = 64

/** In milliseconds: how long libuv may go on calling back before the events are too many. */
const LONGEST_TURN = 100

/** How many events are kept before somebody looks at the clock. */
const GLANCE = 256

/** Of all watches together: they share what libuv reads from. */
let turnBegan: number | undefined

const isTurnTooLong = (): boolean => {
  const now = performance.now()
  if (turnBegan === undefined) {
    turnBegan = now
    setImmediate(() => {
      turnBegan = undefined
    })
  }
  return now - turnBegan > LONGEST_TURN
}

class Watch implements WatchedInode<FoundFile> {
  readonly handle: FoundFile
  readonly #watcher: FSWatcher
  readonly #isDirectory: boolean
  readonly #listener: InodeListener
  readonly #kept: Array<Happening> = []
  #isRunning = true

  /** Takes the descriptor over. */
  constructor(inode: FoundFile, fd: number, listener: InodeListener) {
    this.#listener = listener
    this.#isDirectory = fstatSync(fd).isDirectory()
    const place = descriptorPath(fd)
    this.#watcher = watchNode(this.#isDirectory ? `${place}/${SELF}` : place, { encoding: "buffer" })
    this.handle = inode.adopt(fd, closeSync)
    this.#watcher.on("change", (type: string, name: Buffer | null) => {
      if (name !== null) this.#keep(type === "change" ? type : "rename", fromNode(name.toString(), () => name))
    })
    this.#watcher.on("error", (error) => this.#listener.failed(toErrno(error)))
  }

  #keep(type: Happening["type"], name: string): void {
    if (!this.#isRunning) return
    const { length } = this.#kept
    if (length === MOST || (length % GLANCE === 0 && isTurnTooLong())) {
      this.#listener.failed(Errno.make("EOVERFLOW"))
      return
    }
    this.#kept.push({ type, name: this.#isDirectory && name !== SELF ? name : undefined })
    if (length === 0) setImmediate(this.#report)
  }

  readonly #report = (): void => {
    for (const happening of this.#kept.splice(0, SOME)) {
      if (!this.#isRunning) return
      this.#listener.happened(happening)
    }
    if (this.#kept.length > 0) setImmediate(this.#report)
  }

  stop(): void {
    this.#isRunning = false
    this.#watcher.close()
  }
}

/** @internal */
export const watch = (inode: FoundFile, listener: InodeListener): WatchedInode<FoundFile> =>
  calling(() => {
    // The root's own descriptor outlives every watch; one of the watch's own is what it closes.
    const fd = openSync(descriptorPath(inode.fd), O_PATH)
    try {
      return new Watch(inode, fd, listener)
    } catch (error) {
      closeSync(fd)
      throw error
    }
  })
