/**
 * Watches one file or directory through an open descriptor of it (`inotify(7)` watches the inode).
 *
 * libuv reads events as long as there are any, and calls back for each one. A process that causes events faster than
 * they are handled would block the event loop. So the callback only stores its event, and later turns of the event loop
 * report the events, a few at a time.
 */
import { inNextTurn } from "@procfsroot/vfs/EventLoop"
import { type Happening, type InodeListener, MAX_EVENTS, type WatchedInode } from "@procfsroot/vfs/Watch"
import * as Errno from "@procfsroot/vfs/Errno"
import { closeSync, fstatSync, type FSWatcher, openSync, watch as watchNode } from "node:fs"
import { descriptorPath, O_PATH } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { isDeno } from "../runtime.js"
import { calling, toErrno } from "./errno.js"
import * as EventQueue from "./eventQueue.js"
import type { FoundFile } from "./foundFiles.js"

/**
 * The last component of the path by which a directory is watched. libuv uses it as the name in events about the
 * directory itself, and no file can have this name.
 */
const SELF = "."

/** The most events that are reported in one turn of the event loop. */
const SOME = 64

class Watch implements WatchedInode<FoundFile> {
  readonly handle: FoundFile
  readonly identity: bigint
  readonly #watcher: FSWatcher
  readonly #isDirectory: boolean
  readonly #listener: InodeListener
  readonly #kept: Array<Happening> = []
  #isRunning = true

  /** Takes ownership of the descriptor. */
  constructor(inode: FoundFile, fd: number, listener: InodeListener) {
    this.#listener = listener
    this.identity = inode.identity
    this.#isDirectory = fstatSync(fd).isDirectory()
    const place = descriptorPath(fd)
    this.#watcher = watchNode(this.#isDirectory ? `${place}/${SELF}` : place, { encoding: "buffer" })
    this.handle = inode.adopt(fd, closeSync)
    EventQueue.join(this)
    // The kernel reports that a file is deleted only when no descriptor of it is left. That of a directory stays open:
    // names are looked up in it.
    if (!this.#isDirectory) this.handle.close()
    this.#watcher.on("change", (type: string, name: Buffer | null) => {
      EventQueue.count(this)
      if (name === null || !this.#isRunning) return
      this.#keep(type === "change" ? type : "rename", fromNode(name.toString(), () => name))
    })
    this.#watcher.on("error", (error) => this.#listener.failed(toErrno(error)))
  }

  #keep(type: Happening["type"], name: string): void {
    const { length } = this.#kept
    if (length === MAX_EVENTS || EventQueue.isTurnTooLong(length)) {
      this.overflowed()
      return
    }
    this.#kept.push({ type, name: this.#isDirectory && name !== SELF ? name : undefined })
    if (length === 0) inNextTurn(this.#report)
  }

  readonly #report = (): void => {
    for (const happening of this.#kept.splice(0, SOME)) {
      if (!this.#isRunning) return
      this.#listener.happened(happening)
    }
    if (this.#kept.length > 0) inNextTurn(this.#report)
  }

  overflowed(): void {
    this.#listener.failed(Errno.make("EOVERFLOW"))
  }

  stop(): void {
    this.#isRunning = false
    EventQueue.leave(this)
  }

  close(): void {
    this.#watcher.close()
  }
}

/**
 * In Deno, a watch of a directory also reports what another watch sees deeper in it, under names that are not in the
 * directory.
 *
 * @internal
 */
export const watch = (inode: FoundFile, listener: InodeListener): WatchedInode<FoundFile> =>
  calling(() => {
    if (isDeno) throw Errno.make("ENOTSUP")
    // The watch needs a descriptor that it can close: the given one may be the root's.
    const fd = openSync(descriptorPath(inode.fd), O_PATH)
    try {
      return new Watch(inode, fd, listener)
    } catch (error) {
      closeSync(fd)
      throw error
    }
  })
