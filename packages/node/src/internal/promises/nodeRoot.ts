/** Roots on a disk: on the main thread, or on the thread pool. */
import { unavailable } from "@procfsroot/vfs/ResolveFailure"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import { strictest } from "@procfsroot/vfs/PathPolicy"
import { type Bind, bindFor } from "../../Native.js"
import type { OpenRoot, Options, Process } from "../../OpenRoot.js"
import * as ProcessRoot from "../../ProcessRoot.js"
import type { Root, RootHandle } from "../../Root.js"
import { make as makeFileSystem } from "../fileSystem/fileSystem.js"
import { subRoot as openSubRoot } from "../fileSystem/subRoot.js"
import { open, openOnPool } from "../root.js"
import { isUnavailable } from "../unavailable.js"
import { unavailableError } from "./errors.js"
import { type Backend, runSync } from "./perform.js"
import { type Batch, makeRoot, type Provider } from "./root.js"

const never = new AbortController().signal

/** Why the root of a process cannot be opened. */
const processError = (pid: number, path: string, code: string, reason: string | undefined): Error | undefined => {
  const why = ProcessRoot.whyUnavailable(pid, { code, reason })
  if (why === undefined) return undefined
  const known = why === "NotPermitted" ? code : "ESRCH"
  return unavailableError(ProcessRoot.message(pid, why, known), known, path)
}

const openError = (root: string | Process, path: string, thrown: unknown): unknown => {
  if (!isUnavailable(thrown)) return thrown
  const { code, reason } = thrown
  const ofProcess = typeof root === "string" ? undefined : processError(root.pid, path, code, reason)
  return ofProcess ?? unavailableError(unavailable(path, code, reason), code, path)
}

/** A root on a hung mount does not block the event loop. After an abort, nothing stays open. */
const openLater = (path: string, bind: Bind | undefined, signal: AbortSignal | undefined) =>
  new Promise<RootHandle>((resolve, reject) => {
    let giveUp = () => {}
    const abort = () => {
      giveUp()
      reject(signal?.reason)
    }
    giveUp = openOnPool(path, { bind }, (result) => {
      signal?.removeEventListener("abort", abort)
      if ("error" in result) reject(result.error)
      else resolve(result.root)
    })
    signal?.addEventListener("abort", abort)
  })

/**
 * Makes calls on the thread pool. An abort does not wait for them, but the root stays open until they end: its
 * descriptor must not name another directory when a call leaves the queue.
 */
const onPool = <A>(
  handle: RootHandle,
  begin: (root: Root, signal: AbortSignal) => Promise<A>,
  signal: AbortSignal | undefined
): Promise<A> =>
  new Promise((resolve, reject) => {
    const retained = handle.retain()
    const abort = () => reject(signal?.reason)
    signal?.addEventListener("abort", abort)
    begin(retained.value, signal ?? never)
      .finally(() => {
        retained.close()
        signal?.removeEventListener("abort", abort)
      })
      .then(resolve, reject)
  })

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

const onThreadPool = (handle: RootHandle): Pick<Provider, "batch" | "resolve" | "walk"> => {
  const walk: Provider["walk"] = (path, policy, signal) =>
    onPool(handle, (root, signal) => root.walkOnPool(path, policy, signal), signal)
  return {
    walk,
    // Most paths are in the kernel's caches, and are resolved at once: a trip to the pool costs ten times as much.
    resolve: async (path, policy, signal) => {
      const cached = handle.value.resolveCached(path, policy)
      if (cached === undefined) return walk(path, policy, signal)
      if (cached !== "ask") return cached
      return onPool(
        handle,
        async (root, signal) => await root.resolveOnPool(path, policy) ?? root.walkOnPool(path, policy, signal),
        signal
      )
    },
    batch: (maxRemembered) =>
      retaining(handle, (retained) => {
        const batch = retained.value.batchOnPool(maxRemembered)
        return {
          walkSome: async (paths, from, policy, read, signal) => {
            const path = paths[from] ?? ""
            return [read(path, await onPool(retained, (_, signal) => batch.walk(path, policy, signal), signal))]
          },
          close: () => batch[Symbol.dispose]()
        }
      })
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
  descriptorOf: (descriptor) => descriptor
})

/** Takes ownership of the handle, also if finding the root's name fails. */
const rootOf = (name: () => string, handle: RootHandle, options: Options): OpenRoot => {
  try {
    const path = name()
    const { offMainThread, readOnly } = options
    const walks = offMainThread === true ? onThreadPool(handle) : onMainThread(handle)
    const provider = { path, strategy: handle.value.strategy, close: () => handle.close(), ...walks }
    const backend = backendOf(handle, (handle) => makeFileSystem(handle, options))
    const root = makeRoot(provider, backend)
    const subRoot: OpenRoot["subRoot"] = async (path, inner = {}) =>
      runSync(backend, "subRoot", "open", [path], () => {
        const { fileSystem } = backend
        const opened = openSubRoot(handle, fileSystem, path)
        const place = () => root.hostPath(fileSystem.realPath(path))
        const policy = strictest(options, inner)
        return rootOf(place, opened, { ...policy, offMainThread, readOnly: readOnly === true || inner.readOnly })
      })
    return { ...root, subRoot }
  } catch (thrown) {
    handle.close()
    throw thrown
  }
}

/** @internal */
export const openRoot = async (root: string | Process, options: Options = {}): Promise<OpenRoot> => {
  const { offMainThread = false, signal } = options
  signal?.throwIfAborted()
  const path = typeof root === "string" ? root : ProcessRoot.path(root.pid)
  const bind = bindFor(options)
  try {
    const handle = offMainThread
      ? await openLater(path, bind, signal)
      : open(path, { bind })
    return rootOf(() => path, handle, options)
  } catch (thrown) {
    throw openError(root, path, thrown)
  }
}
