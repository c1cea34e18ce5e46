/** Runs the operations of a file system, and converts their failures to Node's errors. */
import type { File, FileSystem, WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { checkSignal } from "./arguments.js"
import { errorOf, type Operation } from "./errors.js"
import type { FileJob } from "./fileJobs.js"
import type { Method } from "./methods.js"
import { dueTurn } from "./turns.js"

/** A file system that stays open until `close`. */
interface Retained<F> {
  readonly fileSystem: FileSystem<F>
  readonly close: () => void
}

/**
 * A function that was called, and the system call that its errors name.
 *
 * @internal
 */
export interface Calling<F> {
  readonly method: Method
  readonly syscall: string
  readonly paths: ReadonlyArray<string>
  /** The open file, if the function works on one. */
  readonly opened?: F | undefined
}

/**
 * How the operations of a file system in memory are run, so that faults can be injected.
 *
 * @internal
 */
export interface Around<F> {
  readonly program: <A>(
    calling: Calling<F>,
    begin: () => Program.Program<A>
  ) => Program.Answer<A> | Program.Program<A>
  /** Runs an operation that never waits by itself. */
  readonly atOnce: <A>(calling: Calling<F>, begin: () => Program.Program<A>) => Program.Now<A>
  /** Runs a function that calls `atOnce`, and then waits for the delays of faults, at most until the signal. */
  readonly settling: <A>(run: () => A, signal: AbortSignal | undefined) => Promise<A>
}

/**
 * The file system that the functions work on.
 *
 * @internal
 */
export interface Backend<F> {
  /** For functions with promises. */
  readonly fileSystem: WaitingFileSystem<F>
  /** For synchronous functions. */
  readonly syncFileSystem: FileSystem<F>
  readonly isOpen: () => boolean
  /** Throws EBADF if the root is closed and the file system does not do that itself. */
  readonly checkOpen: () => void
  /** Runs each operation, also those on open files. Without it, they are run directly. */
  readonly around?: Around<F>
  /** Throws EBADF if the root is closed. */
  readonly retain: () => Retained<F>
  readonly descriptorOf: (file: F) => number
  /** Calls a function whose system calls are made synchronously. Missing if that makes no difference. */
  readonly waitingHere?: <A>(run: () => A) => A
  /** Closes a descriptor of the process. Missing if files have none, which `node:fs` could use. */
  readonly closeNow?: (file: F) => void
}

/** @internal */
export const operationOf = <F>({ isOpen }: Backend<F>, syscall: string, paths: ReadonlyArray<string>): Operation => ({
  syscall,
  paths,
  isRootOpen: isOpen
})

/** An operation on something that is open. It still works after its root is closed. */
const onOpened = (syscall: string): Operation => ({ syscall, paths: [], isRootOpen: () => true })

const begun = <F, A>(
  { around }: Backend<F>,
  calling: Calling<F>,
  begin: () => Program.Program<A>
): Program.Answer<A> | Program.Program<A> =>
  around === undefined ? Program.atOnce(begin) : around.program(calling, begin)

const answerOf = <A>(
  made: Program.Answer<A> | Program.Program<A>,
  signal: AbortSignal | undefined
): A | Promise<A> => {
  if (Program.isProgram(made)) return Program.runPromise(made, signal)
  if ("error" in made) throw made.error
  return made.value
}

/**
 * Runs an operation of a single call. Fails with what the file system has thrown, which is not converted to an error:
 * for a missing file, that takes longer than the call, and some functions only return that it is missing.
 *
 * @internal
 */
export const runUnconverted = <F, A>(
  backend: Backend<F>,
  method: Method,
  syscall: string,
  paths: ReadonlyArray<string>,
  run: () => Program.Now<A>
): Program.Now<A> => {
  const { around } = backend
  try {
    backend.checkOpen()
    return around === undefined ? run() : around.atOnce({ method, syscall, paths }, () => Program.sync(run))
  } catch (thrown) {
    return Program.failed(thrown)
  }
}

/**
 * Runs an operation of a single call.
 *
 * @internal
 */
export const runCall: typeof runUnconverted = (backend, method, syscall, paths, run) =>
  Program.mapError(
    runUnconverted(backend, method, syscall, paths, run),
    (thrown) => errorOf(thrown, operationOf(backend, syscall, paths), runCall)
  )

/**
 * Runs an operation that never waits.
 *
 * @internal
 */
export const runSync = <F, A>(
  backend: Backend<F>,
  method: Method,
  syscall: string,
  paths: ReadonlyArray<string>,
  run: () => Program.Now<A>
): A => {
  const { waitingHere = (run) => run() } = backend
  return Program.valueOf(waitingHere(() => runCall(backend, method, syscall, paths, run)))
}

/**
 * Runs an operation on an open file that never waits.
 *
 * @internal
 */
export const runOnFileSync = <A>(syscall: string, begin: () => Program.Program<A>): A => {
  try {
    return Program.runSync(begin())
  } catch (thrown) {
    throw errorOf(thrown, onOpened(syscall))
  }
}

/**
 * Waits for a call, and also for the delays that faults caused. If it is aborted meanwhile, the promise rejects, but
 * what `run` has done stays done.
 *
 * @internal
 */
export const settling = async <F, A>(
  { around }: Backend<F>,
  run: () => Program.Now<A>,
  signal?: AbortSignal
): Promise<A> => {
  try {
    const now = around === undefined ? run() : await around.settling(run, signal)
    if (!Program.isCall(now)) return now
    const made = Program.atOnce(() => Program.sync(() => now))
    if (!Program.isProgram(made)) return answerOf(made, signal)
    try {
      return await answerOf(made, signal)
    } catch (thrown) {
      // Here the stack leads to the caller, but not where the answer of another thread arrives.
      if (thrown instanceof Error && thrown !== signal?.reason && "captureStackTrace" in Error) {
        Error.captureStackTrace(thrown, settling)
      }
      throw thrown
    }
  } finally {
    const turn = dueTurn()
    if (turn !== undefined) await turn
  }
}

/**
 * Makes an asynchronous function from one that makes a call. Its promise also waits for the delays that faults caused.
 *
 * @internal
 */
export const promised =
  <F, A extends ReadonlyArray<unknown>, B>(backend: Backend<F>, run: (...args: A) => Program.Now<B>) =>
  (...args: A): Promise<B> => settling(backend, () => run(...args))

/** Functions that make calls, and the synchronous functions that return the values of these calls. */
type Values<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer Args) => Program.Now<infer A> ? (...args: Args) => A : never
}

/**
 * Makes synchronous functions from functions that make calls.
 *
 * @internal
 */
export const valuesOf = <F, T extends Readonly<Record<string, (...args: ReadonlyArray<never>) => unknown>>>(
  { waitingHere = (run) => run() }: Backend<F>,
  functions: T
): Values<T> =>
  Object.fromEntries(
    Object.entries(functions).map(([name, run]) => [name, (...args: ReadonlyArray<never>) =>
      Program.valueOf(waitingHere(() => run(...args)))]
    )
  ) as Values<T> // has a function for each one in `functions`

/** Runs what may wait, and then lets timers run if they are due. */
const runAs = async <A>(
  operation: Operation,
  begin: () => Program.Answer<A> | Program.Program<A>,
  signal: AbortSignal | undefined
): Promise<A> => {
  checkSignal(signal)
  try {
    return await answerOf(begin(), signal)
  } catch (thrown) {
    throw errorOf(thrown, operation)
  } finally {
    const turn = dueTurn()
    if (turn !== undefined) await turn
  }
}

/**
 * Runs an operation that may wait. The operation begins before this returns. If it is aborted, the promise rejects with
 * the signal's reason once everything is released.
 *
 * @internal
 */
export const run = <F, A>(
  backend: Backend<F>,
  method: Method,
  syscall: string,
  paths: ReadonlyArray<string>,
  begin: () => Program.Program<A>,
  signal?: AbortSignal
): Promise<A> =>
  runAs(
    operationOf(backend, syscall, paths),
    () => {
      backend.checkOpen()
      return begun(backend, { method, syscall, paths }, begin)
    },
    signal
  )

/**
 * An operation that may wait, for a function with promises and for a synchronous one.
 *
 * @internal
 */
export interface Job<A> {
  readonly method: Method
  readonly syscall: string
  readonly paths: ReadonlyArray<string>
  readonly begin: () => Program.Program<A>
}

/**
 * Performs the job that a function describes. If that throws, the promise rejects.
 *
 * @internal
 */
export const perform = async <F, A>(
  backend: Backend<F>,
  describe: () => Job<A>,
  signal?: AbortSignal
): Promise<A> => {
  const { begin, method, paths, syscall } = describe()
  // With `await`, so that the stack of an error leads to the caller.
  return await run(backend, method, syscall, paths, begin, signal)
}

/** Runs an operation that must not wait for a turn. */
const runHere = <F, A>(
  { around, waitingHere = (run) => run() }: Backend<F>,
  calling: Calling<F>,
  begin: () => Program.Program<A>
): A =>
  around === undefined
    ? waitingHere(() => Program.synchronously(() => Program.runSync(begin())))
    : Program.valueOf(around.atOnce(calling, begin))

/** @internal */
export const performSync = <F, A>(backend: Backend<F>, { begin, method, paths, syscall }: Job<A>): A => {
  try {
    backend.checkOpen()
    return runHere(backend, { method, syscall, paths }, begin)
  } catch (thrown) {
    throw errorOf(thrown, operationOf(backend, syscall, paths))
  }
}

/**
 * Runs an operation on an open file synchronously.
 *
 * @internal
 */
export const performOnFileSync = <F, A, B>(
  backend: Backend<F>,
  { file: opened }: File<F>,
  { begin, method, resultOf, syscall }: FileJob<A, B>
): B => {
  try {
    return resultOf(runHere(backend, { method, syscall, paths: [], opened }, begin))
  } catch (thrown) {
    throw errorOf(thrown, onOpened(syscall))
  }
}

/**
 * Runs a part of an operation on something that is open, and that still works after its root is closed.
 *
 * @internal
 */
export const runPart = <A>(
  syscall: string,
  begin: () => Program.Answer<A> | Program.Program<A>,
  signal?: AbortSignal
): Promise<A> => runAs(onOpened(syscall), begin, signal)

/**
 * Runs an operation on an open file.
 *
 * @internal
 */
export const runOnFile = <F, A>(
  backend: Backend<F>,
  calling: Omit<Calling<F>, "paths">,
  begin: () => Program.Program<A>,
  signal?: AbortSignal
): Promise<A> => runPart(calling.syscall, () => begun(backend, { ...calling, paths: [] }, begin), signal)
