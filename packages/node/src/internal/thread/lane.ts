/**
 * Sends the requests for one root to other threads. All requests of one turn of the event loop go to a thread as one
 * message. If one of the tasks does not return, the remaining tasks are sent to other threads. So a file system that
 * does not respond holds up only the requests that need it.
 */
import type { Policy } from "@procfsroot/path/Policy"
import * as Errno from "@procfsroot/vfs/Errno"
import { inNextTurn } from "@procfsroot/vfs/EventLoop"
import type { Answer } from "@procfsroot/vfs/Program"
import { type AnswerData, type Answers, errorOf, type RootData, type Task } from "./messages.js"
import { giveUp, MOST_TASKS, taken, takeRest } from "./state.js"
import { type Job, release, type Thread, withThread } from "./threads.js"
import { clearTimeout, setTimeout } from "../timers.js"

/** In milliseconds: if no task returns for this long, the thread counts as held up. */
const PATIENCE = 50

/** The most messages of one root that may be under way, without those that are held up. */
const WIDEST = 16

/** The most threads that one root may hold up, so that some are left for others. */
const MOST = 32

/**
 * One request to another thread.
 *
 * @internal
 */
export interface Request {
  readonly task: Task
  readonly policy: Policy | undefined
  /** The buffers in the task that are moved to the thread. Such a request is sent alone, since it cannot be sent again. */
  readonly moved: ReadonlyArray<ArrayBuffer>
  /** Called once, even if the request was given up. */
  readonly done: (answer: Answer<unknown>) => void
  /** Called instead if there is no thread for the task, or its thread has ended before it began the task. */
  readonly notBegun?: (() => void) | undefined
}

const unanswered: Answer<unknown> = { value: undefined }

const answerOf = (data: AnswerData): Answer<unknown> => {
  if (data === undefined) return unanswered
  if (typeof data === "string") return { value: data }
  return "error" in data ? { error: errorOf(data.error) } : data
}

/** Why a request cannot be sent: a function or a symbol, for example, is the wrong argument for every operation. */
const refusalOf = ({ policy, task }: Request): { readonly error: unknown } | undefined => {
  try {
    structuredClone([task, policy])
    return undefined
  } catch (error) {
    const message = `An argument is of a wrong type: ${String(error)}`
    return { error: Errno.fromFields({ _tag: "BadArgument", code: "ERR_INVALID_ARG_TYPE", message }) }
  }
}

/** Fails a request whose task was not begun. */
const fail = ({ done, notBegun }: Request, error: unknown): void =>
  notBegun === undefined ? done({ error }) : notBegun()

/** The requests of one message. */
class Batch implements Job {
  readonly #lane: Lane
  readonly #thread: Thread
  /** The requests without an answer, by index. */
  readonly #requests: Array<Request | undefined>
  /** Those of them that were given up. */
  readonly #givenUp = new Set<Request>()
  #seen = 0
  #patience: NodeJS.Timeout | undefined
  #isHeldUp = false

  constructor(lane: Lane, thread: Thread, requests: ReadonlyArray<Request>) {
    this.#lane = lane
    this.#thread = thread
    this.#requests = [...requests]
    this.#wait()
  }

  get isHeldUp(): boolean {
    return this.#isHeldUp
  }

  has(request: Request): boolean {
    return this.#requests.includes(request)
  }

  giveUp(request: Request): void {
    giveUp(this.#thread.state, this.#requests.indexOf(request))
    this.#givenUp.add(request)
    if (this.#requests.every((request) => request === undefined || this.#givenUp.has(request))) this.#thread.forget()
  }

  answered({ answers, first, last }: Answers): void {
    if (last) {
      clearTimeout(this.#patience)
      this.#lane.ended(this)
    }
    answers.forEach((data, i) => {
      const request = this.#requests[first + i]
      this.#requests[first + i] = undefined
      request?.done(answerOf(data))
    })
  }

  /** Forgets the message, which was not sent. */
  dismiss(): void {
    clearTimeout(this.#patience)
    this.#lane.ended(this)
  }

  failed(error: unknown): void {
    this.dismiss()
    const begun = taken(this.#thread.state)
    this.#requests.splice(0).forEach((request, i) => {
      if (request === undefined) return
      if (i < begun) request.done({ error })
      else fail(request, error)
    })
  }

  #wait(): void {
    this.#patience = setTimeout(() => this.#look(), PATIENCE)
  }

  #look(): void {
    const now = taken(this.#thread.state)
    // The thread made progress, has not started yet, or has finished and its answers are on the way.
    if (now !== this.#seen || now === 0 || now > this.#requests.length) {
      this.#seen = now
      return this.#wait()
    }
    this.#isHeldUp = true
    const begun = takeRest(this.#thread.state)
    const rest: Array<Request> = []
    this.#requests.forEach((request, i) => {
      // The task that hangs is at `begun - 1`. The answers to paths before it may not have been sent yet. Resolving
      // them again changes nothing.
      if (request === undefined || i === begun - 1 || (i < begun && typeof request.task !== "string")) return
      this.#requests[i] = undefined
      if (this.#givenUp.has(request)) request.done(unanswered)
      else rest.push(request)
    })
    this.#thread.reportHeldUp()
    this.#lane.heldUp(rest)
  }
}

/** @internal */
export class Lane {
  readonly #root: RootData | undefined
  /** In the order in which they are sent. A set, since any number of them can be given up at once. */
  #waiting = new Set<Request>()
  readonly #batches = new Set<Batch>()
  #isScheduled = false
  /**
   * How many messages may be under way. It grows when one is held up, because the next ones may need the
   * same file system.
   */
  #width = 1
  /** How many threads were requested and are not here yet. */
  #coming = 0

  constructor(root: RootData | undefined) {
    this.#root = root
  }

  /** Sends a request. The returned function gives it up. A task that has begun is not interrupted. */
  ask(request: Request): () => void {
    this.#waiting.add(request)
    this.#schedule()
    return () => this.#giveUp(request)
  }

  ended(batch: Batch): void {
    this.#batches.delete(batch)
    if (this.#batches.size === 0) this.#width = 1
    if (this.#waiting.size > 0) this.#schedule()
  }

  heldUp(rest: ReadonlyArray<Request>): void {
    this.#width = Math.min(this.#width * 2, WIDEST)
    this.#putFirst(rest)
    this.#send()
  }

  #giveUp(request: Request): void {
    if (this.#waiting.delete(request)) return request.done(unanswered)
    for (const batch of this.#batches) {
      if (batch.has(request)) return batch.giveUp(request)
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    inNextTurn(() => {
      this.#isScheduled = false
      this.#send()
    })
  }

  get #underWay(): number {
    let count = this.#coming
    for (const { isHeldUp } of this.#batches) if (!isHeldUp) count++
    return count
  }

  #send(): void {
    const free = Math.min(this.#width - this.#underWay, MOST - this.#batches.size - this.#coming)
    const count = Math.min(free, this.#waiting.size - this.#coming)
    if (count <= 0) return
    this.#coming += count
    const wanted = {
      isSlow: () => this.#width > 1,
      use: (thread: Thread) => this.#sendTo(thread),
      failed: (error: unknown) => this.#fail(error)
    }
    for (let i = 0; i < count; i++) withThread(wanted)
  }

  #putFirst(requests: ReadonlyArray<Request>): void {
    this.#waiting = new Set([...requests, ...this.#waiting])
  }

  /** The requests for the next of the requested threads. */
  #share(): ReadonlyArray<Request> {
    const most = Math.min(Math.ceil(this.#waiting.size / this.#coming), MOST_TASKS)
    this.#coming--
    const share: Array<Request> = []
    for (const request of this.#waiting) {
      const isAlone = request.moved.length > 0
      if (share.length === most || (isAlone && share.length > 0)) break
      this.#waiting.delete(request)
      share.push(request)
      if (isAlone) break
    }
    return share
  }

  #fail(error: unknown): void {
    for (const request of this.#share()) fail(request, error)
    if (this.#waiting.size > 0) this.#schedule()
  }

  #sendTo(thread: Thread): void {
    const requests = this.#share()
    // All requests were given up.
    if (requests.length === 0) return release(thread)
    const batch = new Batch(this, thread, requests)
    this.#batches.add(batch)
    try {
      thread.give(batch, {
        root: this.#root,
        tasks: requests.map(({ task }) => task),
        policies: requests.map(({ policy }) => policy)
      }, requests.flatMap(({ moved }) => moved))
    } catch {
      batch.dismiss()
      this.#refuse(requests)
      release(thread)
    }
  }

  /** Fails the requests that no message can contain, such as one with a symbol as a mode, and sends the others. */
  #refuse(requests: ReadonlyArray<Request>): void {
    const rest = requests.filter((request) => {
      const refusal = refusalOf(request)
      if (refusal !== undefined) request.done(refusal)
      return refusal === undefined
    })
    this.#putFirst(rest)
    this.#schedule()
  }
}
