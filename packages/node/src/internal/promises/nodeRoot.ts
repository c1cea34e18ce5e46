/** Opens roots on a disk. Their paths are resolved on the main thread or in other threads. */
import { isOn } from "@procfsroot/path/Policy"
import { unavailable } from "@procfsroot/vfs/ResolveFailure"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import { strictest } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import { closeSync } from "node:fs"
import { bindFor } from "../../Native.js"
import type { OpenRoot, Options, Process } from "../../OpenRoot.js"
import * as ProcessRoot from "../../ProcessRoot.js"
import type { RootHandle } from "../../Root.js"
import { calling } from "../fileSystem/errno.js"
import { make as makeFileSystem } from "../fileSystem/fileSystem.js"
import { subRootNow as openSubRoot } from "../fileSystem/subRoot.js"
import { offThread, open, openOffThread } from "../root.js"
import { isUnavailable } from "../unavailable.js"
import { checkSignal } from "./arguments.js"
import { processError, unavailableError } from "./errors.js"
import { type Backend, runSync } from "./perform.js"
import { type Batch, makeRoot, type Provider } from "./root.js"

const openError = (root: string | Process, path: string, thrown: unknown): unknown => {
  if (!isUnavailable(thrown)) return thrown
  const { code, reason } = thrown
  const why = typeof root === "string" ? undefined : ProcessRoot.whyUnavailable(root.pid, { code, reason })
  return typeof root === "string" || why === undefined
    ? unavailableError(unavailable(path, code, reason), code, path)
    : processError(root.pid, why, code)
}

/** Makes a call in another thread. An abort does not wait until the call ends. */
const elsewhere = <A>(call: Program.Call<A>, signal: AbortSignal | undefined): Promise<A> =>
  Program.runPromise(call[Symbol.iterator](), signal)

/** The most paths of a batch that are sent to a thread together. */
const PART = 1_024

/** Keeps the root open until a batch has ended. */
const retaining = (handle: RootHandle, make: (retained: RootHandle) => Batch): Batch => {
  const retained = handle.retain()
  const batch = make(retained)
  return {
    walkSome: batch.walkSome,
    close: () => {
      batch.close()
      retained.close()
    }
  }
}

const onMainThread = (handle: RootHandle): Pick<Provider, "batch" | "resolve" | "walk"> => ({
  walk: (path, policy) => handle.value.walk(path, policy),
  resolve: (path, policy) => handle.value.resolve(path, policy),
  batch: (maxRemembered) =>
    retaining(handle, ({ value }) => {
      const batch = value.batch(maxRemembered)
      return { walkSome: batch.walkSome, close: () => batch[Symbol.dispose]() }
    })
})

const offMainThread = (handle: RootHandle): Pick<Provider, "batch" | "resolve" | "walk"> => {
  const threads = offThread(handle)
  return {
    walk: (path, policy, signal) => elsewhere(threads.walk(path, policy), signal),
    // Most paths are in the kernel's caches and can be resolved here: another thread costs several times as much.
    resolve: (path, policy, signal) =>
      handle.value.resolveCached(path, policy) ?? elsewhere(threads.resolve(path, policy), signal),
    batch: (maxRemembered) =>
      retaining(handle, (retained) => ({
        walkSome: async (paths, from, policy, read, signal) => {
          const some = paths.slice(from, from + PART)
          const outcomes = await elsewhere(offThread(retained).walkAll(some, policy, maxRemembered), signal)
          return outcomes.map((outcome, i) => read(some[i] ?? "", outcome))
        },
        close: () => {}
      }))
  }
}

const backendOf = (handle: RootHandle, fileSystemOf: (handle: RootHandle) => FileSystem<number>): Backend<number> => ({
  fileSystem: fileSystemOf(handle),
  isOpen: () => handle.isOpen,
  checkOpen: () => {},
  retain: () => {
    const retained = handle.retain()
    return { fileSystem: fileSystemOf(retained), close: () => retained.close() }
  },
  descriptorOf: (descriptor) => descriptor,
  closeNow: (descriptor) => calling(() => closeSync(descriptor))
})

/** Takes ownership of the handle, even if finding the root's name fails. */
const rootOf = (name: () => string, handle: RootHandle, options: Options): OpenRoot => {
  try {
    const path = name()
    const { readOnly } = options
    const walks = isOn("offMainThread", options.offMainThread) ? offMainThread(handle) : onMainThread(handle)
    const provider = { path, strategy: handle.value.strategy, close: () => handle.close(), ...walks }
    const backend = backendOf(handle, (handle) => makeFileSystem(handle, options))
    const root = makeRoot(provider, backend)
    const subRoot: OpenRoot["subRoot"] = async (path, inner = {}) =>
      runSync(backend, "subRoot", "open", [path], () => {
        const { fileSystem } = backend
        const opened = openSubRoot(handle, fileSystem, path)
        const place = () => root.hostPath(fileSystem.realPath(path))
        const policy = strictest(options, inner)
        const threads = { offMainThread: options.offMainThread }
        return rootOf(place, opened, { ...policy, ...threads, readOnly: readOnly === true || inner.readOnly })
      })
    return { ...root, subRoot }
  } catch (thrown) {
    handle.close()
    throw thrown
  }
}

/** @internal */
export const openRoot = async (root: string | Process, options: Options = {}): Promise<OpenRoot> => {
  const { signal } = options
  checkSignal(signal)
  const path = typeof root === "string" ? root : ProcessRoot.find(root.pid)
  const bind = bindFor(options)
  try {
    const handle = isOn("offMainThread", options.offMainThread)
      ? await elsewhere(openOffThread(path, { bind }), signal)
      : open(path, { bind })
    return rootOf(() => path, handle, options)
  } catch (thrown) {
    throw openError(root, path, thrown)
  }
}
