/** Opens roots on a disk. Their paths are resolved on the main thread or in other threads. */
import { isOn } from "@procfsroot/path/Policy"
import { unavailable } from "@procfsroot/vfs/ResolveFailure"
import { type FileSystem, waiting, type WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import { bindFor } from "../../Native.js"
import type { OpenRoot, Options, Process } from "../../OpenRoot.js"
import * as ProcessRoot from "../../ProcessRoot.js"
import type { ResolverOptions, RootHandle } from "../../Root.js"
import { closeHere } from "../fileSystem/fileOperations.js"
import { make as makeFileSystem } from "../fileSystem/fileSystem.js"
import { subRoot as openSubRoot } from "../fileSystem/subRoot.js"
import { waitingHere } from "../fileSystem/pooled.js"
import { make as makeResolver } from "../resolver.js"
import { open, openOffThread, systemCallsOf } from "../root.js"
import { make as makeOffThread } from "../thread/remote.js"
import { isUnavailable } from "../unavailable.js"
import { checkSignal } from "./arguments.js"
import { processError, unavailableError } from "./errors.js"
import { type Backend, run } from "./perform.js"
import { makeRoot, type Provider } from "./root.js"
import { hostPathOf } from "./texts.js"
import { inTurns } from "./turns.js"

/**
 * Converts the error with which opening a root failed.
 *
 * @internal
 */
export const openError = (root: string | URL | Process, path: string, thrown: unknown): unknown => {
  if (!isUnavailable(thrown)) return thrown
  const { code, reason } = thrown
  const why = isProcess(root) ? ProcessRoot.whyUnavailable(root.pid, { code, reason }) : undefined
  return !isProcess(root) || why === undefined
    ? unavailableError(unavailable(path, code, reason), code, path)
    : processError(root.pid, why, code)
}

/** Waits for a call in another thread. An abort does not wait until the call ends. */
const settled = <A>(now: Program.Now<A>, signal: AbortSignal | undefined): A | Promise<A> =>
  Program.isCall(now) ? Program.runPromise(now[Symbol.iterator](), signal) : now

const resolvingOf = (handle: RootHandle, options: ResolverOptions): Pick<Provider, "batch" | "resolve" | "walk"> => {
  const resolver = makeResolver(handle, options)
  return {
    walk: (path, policy, signal) => settled(resolver.walk(path, policy), signal),
    resolve: (path, policy, signal) => settled(resolver.resolve(path, policy), signal),
    batch: (maxRemembered) => {
      const batch = resolver.batch(maxRemembered)
      return {
        walkSome: (paths, from, policy, read, signal) => settled(batch.walkSome(paths, from, policy, read), signal),
        close: () => batch[Symbol.dispose]()
      }
    }
  }
}

const backendOf = (
  handle: RootHandle,
  fileSystem: WaitingFileSystem<number>,
  syncFileSystem: FileSystem<number>,
  fileSystemOf: (handle: RootHandle) => FileSystem<number>
): Backend<number> => {
  // Not when a file is closed: the root may be closed before.
  const calls = systemCallsOf(handle)
  return {
    fileSystem,
    syncFileSystem,
    isOpen: () => handle.isOpen,
    checkOpen: () => {},
    retain: () => {
      const retained = handle.retain()
      return { fileSystem: fileSystemOf(retained), close: () => retained.close() }
    },
    descriptorOf: (descriptor) => descriptor,
    waitingHere,
    closeNow: (descriptor) => closeHere(calls, descriptor)
  }
}

/** Closes the handle if it fails, for example because of a misspelt option. */
const rootOf = (path: string, handle: RootHandle, options: Options): OpenRoot => {
  try {
    const { createAs, offMainThread, readOnly } = options
    const resolving = resolvingOf(handle, options)
    const provider = { path, strategy: handle.value.strategy, close: () => handle.close(), ...resolving }
    const fileSystemOf = (handle: RootHandle) => makeFileSystem(handle, options)
    const waitingOf = (handle: RootHandle, here: FileSystem<number>) =>
      offMainThread === true ? makeOffThread(handle, options) : waiting(here)
    const here = fileSystemOf(handle)
    const backend = backendOf(handle, waitingOf(handle, here), here, fileSystemOf)
    const root = makeRoot(provider, backend)
    const subRoot: OpenRoot["subRoot"] = (path, inner = {}) =>
      run(backend, "subRoot", "open", [path], function*() {
        // Before it waits, since the caller may change its options meanwhile.
        const own = {
          ...PathPolicy.strictest(options, inner),
          createAs,
          offMainThread,
          readOnly: readOnly === true || inner.readOnly
        }
        // It ends even if this root is closed while it waits.
        const held = handle.retain()
        try {
          const fileSystem = waitingOf(held, fileSystemOf(held))
          const opened = yield* Program.sync(() => openSubRoot(held, fileSystem, path))
          try {
            const place = root.hostPath(yield* Program.sync(() => fileSystem.realPath(path)))
            return rootOf(place, opened, own)
          } catch (thrown) {
            opened.close()
            throw thrown
          }
        } finally {
          held.close()
        }
      })
    return { ...root, subRoot }
  } catch (thrown) {
    handle.close()
    throw thrown
  }
}

/**
 * A copy of the options: the caller may change its own while the root is opened, or later. A new option that is missing
 * here is a compile error.
 */
const copied = (options: Options): Required<Options> => {
  const { createAs, native, offMainThread, readOnly, signal, strategy } = options
  const creator = createAs && { uid: createAs.uid, gid: createAs.gid }
  return { ...PathPolicy.copy(options), createAs: creator, native, offMainThread, readOnly, signal, strategy }
}

const isProcess = (root: unknown): root is Process => typeof root === "object" && root !== null && "pid" in root

const pathOf = (root: string | URL | Process): string =>
  isProcess(root)
    ? ProcessRoot.find(root.pid)
    : hostPathOf(root, "root", "a string, a URL, or an object with a \"pid\"")

/** @internal */
export const openRoot = inTurns(async (root: string | URL | Process, given: Options = {}): Promise<OpenRoot> => {
  const options = copied(given)
  const { signal } = options
  checkSignal(signal)
  const path = pathOf(root)
  const bind = bindFor(options)
  try {
    const handle = isOn("offMainThread", options.offMainThread)
      ? await settled(openOffThread(path, { bind }), signal)
      : open(path, { bind })
    return rootOf(path, handle, options)
  } catch (thrown) {
    throw openError(root, path, thrown)
  }
})
