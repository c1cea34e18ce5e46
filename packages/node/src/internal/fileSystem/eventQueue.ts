/**
 * Notices when the kernel may have dropped events.
 *
 * All watches of a thread read their events from one queue (`inotify(7)`). When it is full, the kernel drops further
 * events, and reports this by an event that libuv ignores. libuv reads the whole queue in one turn of the event loop. So
 * if fewer events than the queue can contain were read in a turn, none was dropped.
 *
 * Some events in the queue cannot be counted here: those of Node's own `fs.watch`, and of watches that were closed
 * before the turn. A quarter of the queue is left for them.
 */
import { inNextTurn } from "@procfsroot/vfs/EventLoop"
import { readFileSync } from "node:fs"
import { performance } from "../timers.js"

/** A watch that gets events from the queue. */
interface Reader {
  /** The watched inode. The kernel queues an event once, even if several watches of the inode get it. */
  readonly identity: bigint
  /** Called if events may have been dropped. It must call `leave`. */
  readonly overflowed: () => void
  readonly close: () => void
}

/** In milliseconds: if libuv calls back for longer without a pause, there are too many events. */
const LONGEST_TURN = 100

/** The clock is read once per this many events. */
const GLANCE = 256

/** How much of the queue counted events may fill. */
const SHARE = 0.75

/** The kernel's default. */
const DEFAULT_LENGTH = 16_384

const readLength = (): number | undefined => {
  try {
    return Number.parseInt(readFileSync("/proc/sys/fs/inotify/max_queued_events", "latin1"), 10) || undefined
  } catch {
    return undefined
  }
}

/** Read when the first watch joins, since the limit of a queue is set when libuv creates it. */
let queueLength: number | undefined

/** A turn of the event loop in which events are read. */
class Turn {
  readonly #began = performance.now()
  readonly #perReader = new Map<Reader, number>()
  readonly #perInode = new Map<bigint, number>()
  #total = 0
  /** The watches that have ended. They are closed later, so that their events are counted until then. */
  readonly #left: Array<Reader> = []

  isTooLong(): boolean {
    return performance.now() - this.#began > LONGEST_TURN
  }

  count(reader: Reader): void {
    const count = (this.#perReader.get(reader) ?? 0) + 1
    this.#perReader.set(reader, count)
    if (count <= (this.#perInode.get(reader.identity) ?? 0)) return
    this.#perInode.set(reader.identity, count)
    this.#total++
    // Watches that have ended are not read for longer, because their events may never stop.
    const mustEnd = this.#left.length > 0 && this.#total % GLANCE === 0 && this.isTooLong()
    if (mustEnd || this.#total >= SHARE * (queueLength ?? DEFAULT_LENGTH)) this.#overflow()
  }

  /** Ends all watches. Counting begins again, because new ones can begin in the same turn. */
  #overflow(): void {
    for (const reader of Array.from(readers)) reader.overflowed() // not those that begin meanwhile
    this.closeLeft()
    this.#perReader.clear()
    this.#perInode.clear()
    this.#total = 0
  }

  left(reader: Reader): void {
    this.#left.push(reader)
  }

  closeLeft(): void {
    for (const reader of this.#left.splice(0)) reader.close()
  }
}

/** All watches of this thread. */
const readers = new Set<Reader>()

let turn: Turn | undefined

const thisTurn = (): Turn => {
  if (turn === undefined) {
    const began = turn = new Turn()
    inNextTurn(() => {
      turn = undefined
      began.closeLeft()
    })
  }
  return turn
}

/** @internal */
export const join = (reader: Reader): void => {
  queueLength ??= readLength()
  readers.add(reader)
}

/**
 * Closes a watch, at the latest at the end of this turn.
 *
 * @internal
 */
export const leave = (reader: Reader): void => {
  if (!readers.delete(reader)) return
  if (turn === undefined) reader.close()
  else turn.left(reader)
}

/**
 * Counts an event. Calls `overflowed` of all watches if the queue may have been full.
 *
 * @internal
 */
export const count = (reader: Reader): void => thisTurn().count(reader)

/**
 * Whether libuv has called back for a long time.
 *
 * @internal
 */
export const isTurnTooLong = (): boolean => thisTurn().isTooLong()
