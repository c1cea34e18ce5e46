/**
 * The threads in which calls wait for file systems, instead of in Node's own pool, which other parts of a program need.
 * All roots share them. They start when they are needed, end when they have had nothing to do for a while, and do not
 * keep the process running.
 */
import { closeSync, openSync } from "node:fs"
import { createRequire } from "node:module"
import { isMainThread, Worker } from "node:worker_threads"
import { O_PATH } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { load } from "../native/binding.js"
import type { Answers, Message } from "./messages.js"
import { makeState, reset, type State } from "./state.js"

/** How many there are as long as each of them gets on, as many as in Node's pool. */
const USUAL = 4

/** How many there are at most, each with some 10 MB, when the others are held up. */
const MOST = 64

/** Milliseconds after which a thread that has nothing to do ends. */
const IDLE = 10_000

/**
 * What has been given to a thread.
 *
 * @internal
 */
export interface Job {
  readonly answered: (answers: Answers) => void
  /** The thread has ended, and there will be no answers. */
  readonly failed: (error: unknown) => void
}

/** Found as a package is, since the file is not part of what a bundler makes. */
const file = (): string => createRequire(import.meta.url).resolve("@procfsroot/node/internal/worker")

/**
 * Why there can be no threads, if that is so.
 *
 * @internal
 */
export const trouble = (): string | undefined => {
  try {
    file()
    return undefined
  } catch {
    return "a thread loads the package @procfsroot/node, which is not found: install it beside the program"
  }
}

/** Node says so with a code of its own, and the errno in the message. */
const startError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return errnoError("ECANCELED", "pthread_create")
  const { code, message }: NodeJS.ErrnoException = error
  if (code !== "ERR_WORKER_INIT_FAILED") return error
  return errnoError(/\bE[A-Z]+\b/.exec(message.replace(code, ""))?.[0] ?? "EAGAIN", "pthread_create")
}

/** A thread has four, and reads its modules. */
const NEEDED = 16

/** Throws if there are not as many descriptors as a thread needs. Node would leave some of them open when it fails. */
const checkDescriptors = (): void => {
  const taken: Array<number> = []
  try {
    while (taken.length < NEEDED) taken.push(openSync("/", O_PATH))
  } finally {
    for (const fd of taken) closeSync(fd)
  }
}

/** @internal */
export class Thread {
  readonly state: State = makeState()
  readonly #worker: Worker
  #job: Job | undefined
  #error: unknown
  #isHeldUp = false
  /** When it had nothing to do any more. */
  idleSince = 0

  constructor() {
    checkDescriptors()
    this.#worker = new Worker(file(), {
      workerData: this.state,
      // What a thread opens is often closed by another one.
      trackUnmanagedFds: false,
      // Nothing that Node itself was started with, such as a module to load first.
      execArgv: [],
      stdin: false
    })
    this.#worker
      .on("message", (answers: Answers) => this.#answered(answers))
      .on("error", (error) => this.#error = error)
      // Now it has nothing open any more.
      .on("exit", () => this.#exited())
    this.#worker.unref()
  }

  /** Gives it something to do. It must have nothing to do. */
  give(job: Job, message: Message): void {
    this.#job = job
    busy++
    reset(this.state)
    this.#worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker has no origin
    this.#worker.postMessage(message)
  }

  /** Something does not return, so others are needed. */
  isHeldUp(): void {
    if (this.#isHeldUp) return
    this.#isHeldUp = true
    heldUp++
    serve()
  }

  /** Nobody waits for it any more, nor need the process. */
  forget(): void {
    this.#worker.unref()
  }

  end(): void {
    void this.#worker.terminate()
  }

  #answered(answers: Answers): void {
    const job = this.#job
    if (answers.last) this.#free()
    job?.answered(answers)
    if (answers.last) release(this)
  }

  #free(): void {
    if (this.#job !== undefined) busy--
    this.#job = undefined
    this.#worker.unref()
    if (this.#isHeldUp) heldUp--
    this.#isHeldUp = false
  }

  #exited(): void {
    const job = this.#job
    this.#free()
    threads--
    remove(this)
    job?.failed(startError(this.#error))
    serve()
  }
}

let threads = 0
let heldUp = 0
let busy = 0
let endsInTime = false

/** At its end, Node would wait for threads that do not return. In a Worker, it is not the process that ends. */
const endInTime = (): void => {
  if (endsInTime || !isMainThread) return
  endsInTime = true
  process.on("exit", (code) => {
    if (busy > 0) load().openat2?.exit(code)
  })
}

const idle: Array<Thread> = []
const waiting: Array<Waiting> = []

const remove = (thread: Thread): void => {
  const at = idle.indexOf(thread)
  if (at !== -1) idle.splice(at, 1)
}

const make = (): Thread | undefined => {
  if (threads - heldUp >= USUAL || threads >= MOST) return undefined
  const thread = new Thread()
  threads++
  endInTime()
  return thread
}

/** For those that wait. */
const serve = (): void => {
  while (waiting.length > 0) {
    let thread: Thread | undefined
    try {
      thread = idle.pop() ?? make()
    } catch (error) {
      // Another one may become free.
      if (threads > heldUp) return
      for (const { failed } of waiting.splice(0)) failed(error)
      return
    }
    if (thread === undefined) return
    waiting.shift()?.use(thread)
  }
}

interface Waiting {
  readonly use: (thread: Thread) => void
  /** No thread can be made, and none is at work that could be waited for. */
  readonly failed: (error: unknown) => void
}

/**
 * Passes on a thread that has nothing to do, at once or when there is one.
 *
 * @internal
 */
export const withThread = (wanted: Waiting): void => {
  waiting.push(wanted)
  serve()
}

let sweeper: NodeJS.Timeout | undefined

const endSome = (some: ReadonlyArray<Thread>): void => {
  for (const thread of some) {
    remove(thread)
    thread.end()
  }
}

/** Ends those that had nothing to do for a while. */
const sweep = (): void => {
  sweeper = undefined
  const since = performance.now() - IDLE
  endSome(idle.filter(({ idleSince }) => idleSince <= since))
  if (idle.length > 0) sweepLater()
}

const sweepLater = (): void => {
  sweeper ??= setTimeout(sweep, IDLE).unref()
}

/**
 * The thread has nothing to do, or was not needed.
 *
 * @internal
 */
export const release = (thread: Thread): void => {
  thread.idleSince = performance.now()
  idle.push(thread)
  serve()
  if (idle.length > USUAL) endSome(idle.slice(USUAL))
  if (idle.length > 0) sweepLater()
}
