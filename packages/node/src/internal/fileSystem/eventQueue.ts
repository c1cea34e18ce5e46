/**
 * Notices when the kernel may have dropped events.
 *
 * All watches of a thread read their events from one queue (`inotify(7)`). When it is full, the kernel drops further
 * events, and reports this by an event that libuv ignores. libuv reads the whole queue in one turn of the event loop. So
 * if fewer events than the queue can contain were read in a turn, none was dropped.
 *
 * Some events in the queue cannot be counted here: those of Node's own `fs.watch`, and those that the kernel adds when a
 * watch is closed (`IN_IGNORED`). A quarter of the queue is left for them.
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

/**
 * In milliseconds: if libuv calls back for longer without a pause, there are too many events. Time in which the process
 * only waits for a processor does not count, since a few events can take long on a busy machine.
 */
const LONGEST_TURN = 100

/** The clock is read once per this many events. */
const GLANCE = 256

/** How much of the queue counted events may fill. */
const SHARE = 0.75

/** How much of the queue is filled by closing watches in one turn. */
const CLOSING_SHARE = 0.125

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

/** How many events fill a share of the queue. */
const shareOf = (share: number): number => Math.max(1, Math.floor(share * (queueLength ?? DEFAULT_LENGTH)))

/** A turn of the event loop in which events are read. */
class Turn {
  readonly #began = performance.now()
  readonly #usedBefore = process.cpuUsage()
  readonly #perReader = new Map<Reader, number>()
  readonly #perInode = new Map<bigint, number>()
  #total = 0

  /**
   * Reads the clock only for some of the numbers from 0 on that the caller passes one after the other. Other threads can
   * use a processor too, so both kinds of time have to pass.
   */
  isTooLong(count: number): boolean {
    if (count === 0 || count % GLANCE !== 0 || performance.now() - this.#began <= LONGEST_TURN) return false
    const { system, user } = process.cpuUsage(this.#usedBefore)
    return system + user > 1_000 * LONGEST_TURN
  }

  count(reader: Reader): void {
    const count = (this.#perReader.get(reader) ?? 0) + 1
    this.#perReader.set(reader, count)
    if (count <= (this.#perInode.get(reader.identity) ?? 0)) return
    this.#perInode.set(reader.identity, count)
    this.#total++
    // Watches that have ended are not read for longer, because their events may never stop.
    const mustEnd = !readers.has(reader) && this.isTooLong(this.#total)
    if (mustEnd || this.#isFull) this.#overflow()
  }

  /** Ends the watches that began after so many were closed that their events may have filled the queue. */
  end(): void {
    if (this.#isFull) this.#overflow()
  }

  get #isFull(): boolean {
    return this.#total >= shareOf(SHARE)
  }

  /** Ends all watches. Counting begins again, because new ones can begin in the same turn. Each close adds an event. */
  #overflow(): void {
    for (const reader of Array.from(readers)) reader.overflowed() // not those that begin meanwhile
    this.#perReader.clear()
    this.#perInode.clear()
    this.#total = left.length + leaving.length
    closeSome(left, Infinity)
    closeSome(leaving, Infinity)
  }
}

/** All watches of this thread. */
const readers = new Set<Reader>()

/**
 * The watches that have ended since the last turn, and before that. They are closed only after the queue has been read,
 * so that their events are counted until then.
 */
const leaving: Array<Reader> = []
const left: Array<Reader> = []
/** Whether `closeInTime` is going to run. */
let isClosing = false

const closeSome = (some: Array<Reader>, most: number): void => {
  for (const reader of some.splice(0, most)) reader.close()
}

/** Closes watches in this turn and the next ones. Between two turns, the queue is read. */
const closeInTime = (): void => {
  closeSome(left, shareOf(CLOSING_SHARE))
  for (const reader of leaving.splice(0)) left.push(reader)
  isClosing = left.length > 0
  if (isClosing) inNextTurn(closeInTime)
}

let turn: Turn | undefined

const thisTurn = (): Turn => {
  if (turn === undefined) {
    const began = turn = new Turn()
    inNextTurn(() => {
      turn = undefined
      began.end()
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
 * Closes a watch in one of the next turns.
 *
 * @internal
 */
export const leave = (reader: Reader): void => {
  if (!readers.delete(reader)) return
  leaving.push(reader)
  if (isClosing) return
  isClosing = true
  inNextTurn(closeInTime)
}

/**
 * Counts an event. Calls `overflowed` of all watches if the queue may have been full.
 *
 * @internal
 */
export const count = (reader: Reader): void => thisTurn().count(reader)

/**
 * Whether libuv has called back for a long time. `count` is how many events the caller has received.
 *
 * @internal
 */
export const isTurnTooLong = (count: number): boolean => thisTurn().isTooLong(count)
