/** Watches a file or a directory, with the changes as an asynchronous iterable. */
import { turns } from "@procfsroot/vfs/EventLoop"
import { type Change, MAX_EVENTS } from "@procfsroot/vfs/Watch"
import * as Program from "@procfsroot/vfs/Program"
import { checkSignal, withBooleans } from "./arguments.js"
import { errorOf, notSupported } from "./errors.js"
import { type Backend, runSync, settling } from "./perform.js"
import { type Encoded, encodingOf, nameIn, pathOf } from "./texts.js"

interface Options extends Encoded {
  readonly recursive?: boolean | undefined
  /** Only in newer versions of Node. */
  readonly ignore?: unknown
  readonly signal?: AbortSignal | undefined
}

const typeOf = ({ type }: Change): "change" | "rename" => type === "Update" ? "change" : "rename"

/**
 * The watch begins with the first `next()`, and ends with the signal or with `return()`. Meanwhile it keeps
 * the root open.
 *
 * @internal
 */
export const watch = <F>(backend: Backend<F>) =>
  async function*(file: string | Uint8Array | URL, options?: Options | string) {
    const path = pathOf(file)
    const encoding = encodingOf(options)
    const given = typeof options === "object" ? options : {}
    withBooleans(given, "recursive")
    const { ignore, recursive = false, signal } = given
    if (ignore !== undefined) throw notSupported("ignore")
    checkSignal(signal)
    const changes: Array<Change> = []
    let wake = () => {}
    let exit: Program.Exit<never> | undefined
    const changed = (change: Change): boolean => {
      if (signal?.aborted === true) return true // it ends a little later
      if (changes.length === MAX_EVENTS) return false
      changes.push(change)
      wake()
      return true
    }
    let retained: ReturnType<Backend<F>["retain"]> | undefined
    let running: Program.Running<never> | undefined
    const interrupt = () => running?.interrupt()
    const begin = () =>
      runSync(backend, "watch", "watch", [path], () => {
        retained = backend.retain()
        return retained.fileSystem.watch(path, recursive, changed)
      })
    const start = () => {
      running = Program.start(begin(), turns)
      running.onExit((ended) => {
        exit = ended
        // Nobody may ask for another change after the signal.
        retained?.close()
        wake()
      })
    }
    try {
      await settling(backend, start, signal)
      signal?.addEventListener("abort", interrupt)
      for (;;) {
        const change = changes.shift()
        // Even after an abort, as in Node 22.23 and later, so that no change before it is lost.
        if (change !== undefined) yield { eventType: typeOf(change), filename: nameIn(change.name, encoding) }
        else if (signal?.aborted === true) throw signal.reason
        else if (exit !== undefined) throw failureOf(backend, exit, path)
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      signal?.removeEventListener("abort", interrupt)
      if (running !== undefined) await ended(running)
      retained?.close()
    }
  }

const failureOf = <F>({ isOpen }: Backend<F>, exit: Program.Exit<never>, path: string): unknown =>
  exit !== "Interrupted" && "error" in exit
    ? errorOf(exit.error, { syscall: "watch", paths: [path], isRootOpen: isOpen })
    : new Error("the watch was interrupted")

/** Interrupts a program, and waits until it has released everything. */
const ended = (running: Program.Running<unknown>): Promise<void> =>
  new Promise((resolve) => {
    running.onExit(() => resolve())
    running.interrupt()
  })
