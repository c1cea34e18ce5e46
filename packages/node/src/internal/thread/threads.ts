/**
 * The threads in which calls wait for file systems. Node's own pool is not used, because other parts of a program need
 * it. All roots share the threads. They start when they are needed, end when they have been idle for a while, and do
 * not keep the process running.
 */
import { hasCode } from "@procfsroot/vfs/Errno"
import { writeSync } from "node:fs"
import { inspect, types } from "node:util"
import { isMainThread, Worker, workerData, type WorkerOptions } from "node:worker_threads"
import { errnoError } from "../errnoError.js"
import { load } from "../native/binding.js"
import { freeDescriptors } from "./freeDescriptors.js"
import type { Answers, Message } from "./messages.js"
import { Descriptors } from "../openat2/kernelRoot.js"
import { threadFile, threadVersion } from "../require.js"
import { isBun, isDeno } from "../runtime.js"
import { makeState, reset, type Shared, type State } from "./state.js"
import { performance, setTimeout } from "../timers.js"
import { isUnavailable, unavailable } from "../unavailable.js"
import { version } from "../version.js"

/** The most threads at work that are not held up; Node's pool has as many. */
const USUAL = 4

/** The most of these that work for slow roots, so that others do not have to wait for them. */
const MOST_SLOW = USUAL - 1

/** The most threads, including those that are held up. Each takes about 10 MB. */
const MOST = 64

/** In milliseconds: a thread that has been idle for this long ends. */
const IDLE = 10_000

/**
 * The same for threads that are more than usual. While a file system is slow, they are needed again and again, and
 * starting a thread takes a hundred times as long as a call.
 */
const IDLE_MORE = 1_000

/**
 * A message that was given to a thread.
 *
 * @internal
 */
export interface Job {
  readonly answered: (answers: Answers) => void
  /** The thread has ended, and there will be no answers. */
  readonly failed: (error: unknown) => void
}

const NOT_FOUND = "a thread loads @procfsroot/node/internal/worker, which is not found beside the program: " +
  "install @procfsroot/node there, or leave every package of @procfsroot out of the bundle"

/** The messages between threads change with the version. */
const differs = (installed: string): string =>
  `a thread loads @procfsroot/node ${installed}, which is installed beside the program, but the program is bundled ` +
  `with ${version}: install ${version} there, or leave every package of @procfsroot out of the bundle`

const NO_SHARING =
  "offMainThread opens files in other threads, and Deno does not let them share files: leave this option out"

const NO_END = "offMainThread starts threads that load the modules of --import and --require too, and one of these " +
  "opens the root: open it in the program instead"

/** Whether this is a thread that `Thread` has started. A `Worker` of the program has other data, of any type. */
const isThread = (): boolean => {
  const data: Partial<Shared> | null | undefined = workerData
  return types.isSharedArrayBuffer(data?.state?.buffer) && data?.descriptors !== undefined
}

/**
 * Why threads cannot be started; `undefined` if they can.
 *
 * @internal
 */
export const trouble = (): string | undefined => {
  if (isDeno) return NO_SHARING
  if (isThread()) return NO_END
  try {
    const installed = threadVersion()
    return installed === version ? undefined : differs(installed)
  } catch {
    return NOT_FOUND
  }
}

/** What Bun throws, instead of an errno. */
const UNSTARTED = "Failed to spawn worker thread"

const FORBIDDEN = "Node's permission model forbids threads, which offMainThread needs: allow them with --allow-worker"

/** Finds the errno in Node's error: it has a code of Node, and the errno is in the message. */
const startError = (error: unknown): unknown => {
  if (isUnavailable(error)) return error
  if (!types.isNativeError(error)) return errnoError("ECANCELED", "pthread_create")
  const { code, message }: NodeJS.ErrnoException = error
  if (code === "ERR_ACCESS_DENIED") return unavailable("ENOTSUP", FORBIDDEN)
  if (code !== "ERR_WORKER_INIT_FAILED" && message !== UNSTARTED) return error
  return errnoError(/\bE[A-Z]+\b/.exec(message.replace(code ?? "", ""))?.[0] ?? "EAGAIN", "pthread_create")
}

/** How many descriptors a thread needs while it loads its modules, many of which are read at once, and some to spare. */
const NEEDED = 64

/**
 * Throws if there are not as many descriptors as another thread needs, and all that are starting: if a thread cannot
 * be started or cannot load its modules, Node leaves some open.
 */
const checkDescriptors = (): void => {
  if (freeDescriptors() < NEEDED * (starting + 1)) throw errnoError("EMFILE", "pthread_create")
}

const notLoadedBecause = (error: unknown): string =>
  hasCode(error) && "syscall" in error && error.syscall === "uv_cwd"
    ? "Node cannot start a thread in a working directory that has been removed; change to another one"
    : `a thread cannot load its modules: ${types.isNativeError(error) ? error.message : String(error)}`

/**
 * Finds out why a thread has not loaded. If no descriptor is free, Node may say that a module is missing. The errno of
 * any other reason, such as ENOENT, would seem to be about the file of the task.
 */
const loadError = (error: unknown): unknown =>
  freeDescriptors() < NEEDED
    ? errnoError("EMFILE", "pthread_create")
    : unavailable("ECANCELED", notLoadedBecause(error))

/**
 * Without the options of this process, on the command line and in `NODE_OPTIONS`. They can name modules to load first,
 * which may not work in a thread, or open a root themselves. But Plug'n'Play of yarn needs its own module to find this
 * package. And the permission model needs all options: a thread that is started with others, or in Node 20 with any
 * `env`, is not under it.
 */
const options = (): Pick<WorkerOptions, "env" | "execArgv"> => {
  if (Object.hasOwn(process, "permission") || process.versions["pnp"] !== undefined) return {}
  const { NODE_OPTIONS: _, ...env } = process.env
  return { env, execArgv: [] }
}

/** @internal */
export class Thread {
  readonly state: State = makeState()
  readonly #worker: Worker
  #job: Job | undefined
  #error: unknown
  #isHeldUp = false
  #isForSlow = false
  #isStarting = true
  /** Since when it has nothing to do. */
  idleSince = 0

  constructor({ fd }: Descriptors) {
    checkDescriptors()
    const shared: Shared = { state: this.state, descriptors: { fd } }
    this.#worker = new Worker(threadFile(), {
      workerData: shared,
      // A descriptor that one thread opens is often closed by another one. So nobody closes what a thread has opened
      // for itself: it must not keep anything open between its tasks.
      trackUnmanagedFds: false,
      stdin: false,
      ...options()
    })
    this.#worker
      .on("message", (answers: Answers) => this.#answered(answers))
      .on("error", (error) => this.#error = this.#isStarting ? loadError(error) : error)
      // By now, Node has closed what it opened itself for the thread.
      .on("exit", () => this.#exited())
    this.#worker.unref()
    starting++
  }

  /** Gives a message to the thread, which must be idle, and stays so if this throws. */
  give(job: Job, message: Message, moved: ReadonlyArray<ArrayBuffer> = []): void {
    reset(this.state)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker has no origin
    this.#worker.postMessage(message, moved)
    this.#job = job
    busy++
    this.#worker.ref()
  }

  /** Counts it as one that works for a slow root, or not any more. */
  countAsSlow(isForSlow: boolean): void {
    if (isForSlow !== this.#isForSlow) slow += isForSlow ? 1 : -1
    this.#isForSlow = isForSlow
  }

  /** Reports that a task does not return, so that other threads are started. */
  reportHeldUp(): void {
    if (this.#isHeldUp) return
    this.#isHeldUp = true
    heldUp++
    this.countAsSlow(false)
    serve()
  }

  /** All its requests were given up, so the process need not wait for it. */
  forget(): void {
    this.#worker.unref()
  }

  end(): void {
    void this.#worker.terminate()
  }

  #started(): void {
    if (this.#isStarting) starting--
    this.#isStarting = false
  }

  #answered(answers: Answers): void {
    this.#started()
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
    this.countAsSlow(false)
  }

  #exited(): void {
    const job = this.#job
    this.#started()
    this.#free()
    threads--
    closeShared()
    remove(this)
    job?.failed(startError(this.#error))
    serve()
  }
}

let threads = 0
/** How many of them have not answered yet. */
let starting = 0
let heldUp = 0
/** How many work for slow roots, without those that are held up. */
let slow = 0
let busy = 0
let endsInTime = false

/** The exception that ends the process, because nothing catches it. */
let uncaught: { readonly error: unknown } | undefined

const watchUncaught = (error: unknown): void => {
  const isCaught = process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback()
  if (!isCaught) uncaught = { error }
}

const print = (error: unknown): void => {
  try {
    writeSync(2, `Uncaught ${inspect(error)}\n`)
  } catch {
    // Standard error is closed or full. The process has to end anyway.
  }
}

/** Ends the process without waiting for threads that do not return, as Node would do. */
const end = (code: number): void => {
  const openat2 = busy > 0 ? load().openat2 : undefined
  if (openat2 === undefined) return
  const listeners = process.rawListeners("exit")
  // Those that were added later have not run yet. Any of them may have changed the exit code.
  for (const listener of listeners.slice(listeners.indexOf(end) + 1)) listener.call(process, code)
  // Node prints it only after the listeners, Bun has done so.
  if (uncaught !== undefined && !isBun) print(uncaught.error)
  openat2.exit(Number(process.exitCode ?? code))
}

/** Not in a Worker, whose exit does not end the process. */
const endInTime = (): void => {
  if (endsInTime || !isMainThread) return
  endsInTime = true
  process.on("exit", end)
  process.on("uncaughtExceptionMonitor", watchUncaught)
}

const idle: Array<Thread> = []
const waiting: Array<Waiting> = []

const remove = (thread: Thread): void => {
  const at = idle.indexOf(thread)
  if (at !== -1) idle.splice(at, 1)
}

/** Open while there are threads, which all use it. */
let descriptors: Descriptors | undefined

const closeShared = (): void => {
  if (threads > 0) return
  descriptors?.[Symbol.dispose]()
  descriptors = undefined
}

const make = (): Thread | undefined => {
  if (threads >= MOST) return undefined
  try {
    const thread = new Thread(descriptors ??= new Descriptors())
    threads++
    endInTime()
    return thread
  } finally {
    closeShared()
  }
}

/** The first that may have a thread now. */
const next = (): Waiting | undefined => {
  if (threads - idle.length - heldUp >= USUAL) return undefined
  return slow < MOST_SLOW ? waiting[0] : waiting.find(({ isSlow }) => !isSlow())
}

/** A slow root leaves the last idle thread to others: starting one can take a tenth of a second. */
const threadFor = ({ isSlow }: Waiting): Thread | undefined =>
  isSlow() && idle.length === 1 ? make() ?? idle.pop() : idle.pop() ?? make()

/** Called if no thread can be started. One that is at work may become free. */
const fail = (thrown: unknown): void => {
  if (threads > heldUp) return
  const error = startError(thrown)
  for (const { failed } of waiting.splice(0)) failed(error)
}

/** Passes threads to those that wait for one. */
const serve = (): void => {
  for (let wanted = next(); wanted !== undefined; wanted = next()) {
    let thread: Thread | undefined
    try {
      thread = threadFor(wanted)
    } catch (thrown) {
      thread = idle.pop()
      if (thread === undefined) return fail(thrown)
    }
    if (thread === undefined) return
    waiting.splice(waiting.indexOf(wanted), 1)
    thread.countAsSlow(wanted.isSlow())
    wanted.use(thread)
  }
}

interface Waiting {
  /** Whether a thread was held up for the same root since it has been at work. */
  readonly isSlow: () => boolean
  readonly use: (thread: Thread) => void
  /** No thread can be made, and none is at work that could become free. */
  readonly failed: (error: unknown) => void
}

/**
 * Passes an idle thread to `use`, at once or as soon as there is one.
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

/** Ends the threads that have been idle for a while. */
const sweep = (): void => {
  sweeper = undefined
  const now = performance.now()
  // The last ones are used first.
  const more = idle.length - USUAL
  endSome(idle.filter(({ idleSince }, i) => now - idleSince >= (i < more ? IDLE_MORE : IDLE)))
  if (idle.length > 0) sweepLater()
}

const sweepLater = (): void => {
  sweeper ??= setTimeout(sweep, IDLE_MORE).unref()
}

/**
 * Returns an idle thread, so that others can use it.
 *
 * @internal
 */
export const release = (thread: Thread): void => {
  thread.idleSince = performance.now()
  thread.countAsSlow(false)
  idle.push(thread)
  serve()
  if (idle.length > 0) sweepLater()
}
