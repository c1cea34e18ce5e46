/** A root over a tree in memory. This module does not need Node. */
import { isOn, type Policy } from "@procfsroot/path/Policy"
import * as Errno from "@procfsroot/vfs/Errno"
import { readOnly as readOnlyFileSystem, waiting } from "@procfsroot/vfs/FileSystem"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { invalidTree } from "@procfsroot/vfs/ResolveFailure"
import type { Options as FileSystemOptions } from "../../FileSystem.js"
import type { Fault, MemoryRoot, Options } from "../../MemoryRoot.js"
import { invalidType, invalidValue } from "./errors.js"
import { type Method, methods } from "./methods.js"
import { type Around, type Backend, type Calling, promised, runSync } from "./perform.js"
import { makeRoot, separately } from "./root.js"

/** @internal */
export type Injector = MemoryFaults.Injector<number, Method>

interface Settings {
  readonly readOnly: boolean | undefined
  readonly now: () => number
}

/** A longer timer would end at once. A longer delay has no end, as with the clocks of Effect. */
const LONGEST_TIMER = 2 ** 31 - 1

const sleep = (milliseconds: number, done: () => void): () => void => {
  if (milliseconds > LONGEST_TIMER) return () => {}
  const timer = setTimeout(done, milliseconds)
  return () => clearTimeout(timer)
}

/** Waits, if need be forever. Rejects with the signal's reason if it is aborted. */
const waited = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = sleep(milliseconds, () => {
      signal?.removeEventListener("abort", abort)
      resolve()
    })
    const abort = () => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener("abort", abort, { once: true })
  })

const checkDelays = (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> => {
  for (const { delay = 0 } of faults) {
    if (typeof delay !== "number" || !(delay >= 0)) throw invalidType("delay", "a number of milliseconds, from 0")
  }
  return faults
}

const beginningOf = (
  { method: operation, opened, paths, syscall }: Calling<MemoryTree.OpenNode>
): MemoryFaults.Beginning => ({
  operation,
  syscall,
  texts: paths,
  places: operation === "symlink" ? paths.slice(1) : paths,
  opened
})

const nowOf = <A>(answer: Program.Answer<A>): Program.Now<A> =>
  "error" in answer ? Program.failed(answer.error) : answer.value

/** A synchronous function cannot wait for a turn. */
const noTurns: Program.Turns = { isDue: () => false, wait: () => () => {} }

/**
 * Runs operations with injected faults. An operation in `atOnce` cannot wait, so the delays of its faults are added to
 * `pending`, and `settling` waits for them afterwards. An operation that hangs stays as it is until the signal.
 */
const aroundOf = (injector: Injector, now: () => number): Around<MemoryTree.OpenNode> => {
  let pending = 0
  /** The operations that hang, in a function whose promise waits for them. */
  let hanging: Array<Program.Running<unknown>> | undefined
  const waiting = { now, sleep }
  return {
    program: (calling, begin) => injector.run(beginningOf(calling), waiting, begin),
    atOnce: <A>(calling: Calling<MemoryTree.OpenNode>, begin: () => Program.Program<A>): Program.Now<A> => {
      let exit: Program.Exit<A> | undefined
      const environment = {
        now,
        sleep: (milliseconds: number, done: () => void) => {
          // What it has opened can wait.
          if (exit !== undefined) return sleep(milliseconds, done)
          pending += milliseconds
          done()
          return () => {}
        }
      }
      const made = injector.run(beginningOf(calling), environment, begin)
      if (!Program.isProgram(made)) return nowOf(exit = made)
      const running = Program.synchronously(() => Program.start(made, noTurns))
      running.onExit((ended) => exit = ended)
      if (exit !== undefined && exit !== "Interrupted") return nowOf(exit)
      if (hanging === undefined) running.interrupt()
      else hanging.push(running)
      pending = Number.POSITIVE_INFINITY
      throw new Error(`a fault or a fifo makes ${calling.method} hang, but a synchronous function cannot wait`)
    },
    settling: async (run, signal) => {
      pending = 0 // synchronous functions leave theirs behind
      const hung: typeof hanging = hanging = []
      try {
        return run()
      } finally {
        hanging = undefined
        if (pending > 0) await waited(pending, signal).finally(() => hung.forEach((running) => running.interrupt()))
      }
    }
  }
}

/** @internal */
export const rootOf = (path: string, memory: MemoryTree.Memory, injector: Injector, settings: Settings): MemoryRoot => {
  const { now } = settings
  const readOnly = isOn("readOnly", settings.readOnly)
  let isOpen = true
  const checkOpen = () => {
    if (!isOpen) throw Errno.make("EBADF")
  }
  const fileSystem = readOnly ? readOnlyFileSystem(memory.fileSystem, checkOpen) : memory.fileSystem
  const backend: Backend<MemoryTree.OpenNode> = {
    fileSystem: waiting(fileSystem),
    syncFileSystem: fileSystem,
    isOpen: () => isOpen,
    checkOpen,
    around: aroundOf(injector, now),
    retain: () => ({ fileSystem, close: () => {} }),
    descriptorOf: ({ descriptor }) => descriptor
  }
  const walk = (path: string, policy: Policy, signal: AbortSignal | undefined) => {
    const made = injector.walk(path, policy, { now, sleep })
    if (Program.isProgram(made)) return Program.runPromise(made, signal)
    if ("error" in made) throw made.error
    return made.value
  }
  const root = makeRoot({
    path,
    strategy: { name: "walk", reason: "a root in memory looks up every component" },
    walk,
    resolve: walk,
    batch: () => separately(walk),
    close: () => {
      isOpen = false
    }
  }, backend)
  const subRoot: MemoryRoot["subRoot"] = promised(
    backend,
    (path: string, options: FileSystemOptions = {}) =>
      runSync(backend, "subRoot", "open", [path], () => {
        const inner = memory.subRoot(path, options)
        const place = root.hostPath(fileSystem.realPath(path))
        return rootOf(place, inner, injector.for(inner), { now, readOnly: readOnly || options.readOnly })
      })
  )
  const asUser: MemoryRoot["asUser"] = (user) => {
    const own = memory.asUser(user)
    return rootOf(path, own, injector.for(own), settings)
  }
  return {
    ...root,
    asUser,
    subRoot,
    limit: memory.limit,
    syncAll: memory.syncAll,
    snapshot: memory.snapshot,
    crash: memory.crash,
    crashes: memory.crashes,
    operations: () => injector.operations(),
    inject: (faults) => injector.inject(checkDelays(faults)),
    report: () => injector.report(),
    assertAllStruck: () => MemoryFaults.checkAllStruck(injector.report()),
    expectOperations: (expected, { where = () => true } = {}) =>
      MemoryJournal.check(injector.operations().filter(where), expected)
  }
}

/**
 * Throws a `TypeError` for a tree that no file system could contain.
 *
 * @internal
 */
export const checkTree = <A extends { readonly _tag: string }>(made: A | MemoryTree.Invalid): A => {
  if (isInvalid(made)) throw invalidValue("ERR_INVALID_ARG_VALUE", invalidTree(made.path, made.why))
  return made
}

const isInvalid = (made: { readonly _tag: string }): made is MemoryTree.Invalid => made._tag === "Invalid"

/** @internal */
export const openMemoryRoot = (
  tree: MemoryTree.Tree,
  options: Options = {}
): MemoryRoot => {
  const { crashes, faults = [], limits, now = Date.now, protected: protection, readOnly, user } = options
  const memory = checkTree(MemoryTree.make(tree, { limits, user, protection, policy: options, crashes }))
  return rootOf("/", memory, MemoryFaults.make(memory, checkDelays(faults), methods), { now, readOnly })
}
