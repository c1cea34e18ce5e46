/** Opens directories. Their entries are read at once, but timers run between them. */
import { callbackOf } from "./arguments.js"
import { asyncDispose, dispose } from "./disposal.js"
import * as jobs from "./jobs.js"
import { type Backend, perform, performSync } from "./perform.js"
import { type PathLike, pathOf } from "./texts.js"
import { dueTurn, inTurns } from "./turns.js"

type Options = jobs.ListOptions | string | null

type Done<A> = (error: unknown, value?: A) => void

/** Tests replace the global one later. */
const { queueMicrotask } = globalThis

/** @internal */
export class Dir<Entry> {
  readonly path: string
  readonly #entries: Iterator<Entry>
  #isOpen = true

  constructor(path: string, entries: Iterable<Entry>) {
    this.path = path
    this.#entries = entries[Symbol.iterator]()
  }

  readSync(): Entry | null {
    this.#checkOpen()
    const next = this.#entries.next()
    return next.done === true ? null : next.value
  }

  read(): Promise<Entry | null>
  read(callback: Done<Entry | null>): void
  read(callback?: Done<Entry | null>): Promise<Entry | null> | void {
    if (callback === undefined) return this.#read()
    this.#checkOpen()
    const answer = callbackOf(callback, "callback")
    const entry = this.readSync()
    const call = () => queueMicrotask(() => answer(null, entry))
    const turn = dueTurn()
    if (turn === undefined) call()
    else void turn.then(call)
  }

  readonly #read = inTurns(async () => this.readSync())

  closeSync(): void {
    this.#checkOpen()
    this.#isOpen = false
  }

  close(): Promise<void>
  close(callback: Done<never>): void
  close(callback?: Done<never>): Promise<void> | void {
    if (callback === undefined) return this.#close()
    const answer = callbackOf(callback, "callback")
    const end = (error: unknown) => queueMicrotask(() => answer(error))
    this.#close().then(() => end(null), end)
  }

  async #close(): Promise<void> {
    this.closeSync()
  }

  [dispose](): void {
    this.#isOpen = false
  }

  async [asyncDispose](): Promise<void> {
    this.#isOpen = false
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw Object.assign(new Error("Directory handle was closed"), { code: "ERR_DIR_CLOSED" })
  }

  [Symbol.asyncIterator](): AsyncGenerator<Entry, void> {
    return this.entries()
  }

  /** Closes it at the end. Node has this function too, though its documentation does not say so. */
  async *entries(): AsyncGenerator<Entry, void> {
    try {
      for (let entry = await this.#read(); entry !== null; entry = await this.#read()) yield entry
    } finally {
      this.closeSync()
    }
  }
}

/** @internal */
export const opendir = <F>(backend: Backend<F>) => async (directory: PathLike, options?: Options) =>
  new Dir(pathOf(directory), await perform(backend, () => jobs.opendir(backend.fileSystem, directory, options)))

/** @internal */
export const opendirSync = <F>(backend: Backend<F>, fs: jobs.Files) => (directory: PathLike, options?: Options) =>
  new Dir(pathOf(directory), performSync(backend, jobs.opendir(fs, directory, options)))
