/** Resolves the paths of a root on the caller's thread or in other threads. */
import { isOn } from "@procfsroot/path/Policy"
import * as Program from "@procfsroot/vfs/Program"
import type { Resolver, ResolverOptions, RootHandle } from "../Root.js"
import { offThread } from "./root.js"

const onMainThread = (handle: RootHandle): Resolver => ({
  walk: (path, policy) => handle.value.walk(path, policy),
  resolve: (path, policy) => handle.value.resolve(path, policy),
  batch: (maxRemembered) => {
    const batch = handle.value.batch(maxRemembered)
    const retained = handle.retain()
    return {
      walkSome: batch.walkSome,
      [Symbol.dispose]: () => {
        batch[Symbol.dispose]()
        retained.close()
      }
    }
  }
})

/** The most paths of a batch that are sent to a thread together. */
const PART = 1_024

const offMainThread = (handle: RootHandle): Resolver => {
  const { resolve, walk } = offThread(handle)
  return {
    walk,
    // Most paths are in the kernel's caches and can be resolved here: another thread costs several times as much.
    resolve: (path, policy) => handle.value.resolveCached(path, policy) ?? resolve(path, policy),
    batch: (maxRemembered) => {
      const retained = handle.retain()
      const { walkAll } = offThread(retained)
      return {
        walkSome: (paths, from, policy, read) => {
          const part = paths.slice(from, from + PART)
          return Program.map(
            walkAll(part, policy, maxRemembered),
            (outcomes) => outcomes.map((outcome, i) => read(part[i] ?? "", outcome))
          )
        },
        [Symbol.dispose]: () => {
          retained.close()
        }
      }
    }
  }
}

/** @internal */
export const make = (handle: RootHandle, options: ResolverOptions = {}): Resolver =>
  (isOn("offMainThread", options.offMainThread) ? offMainThread : onMainThread)(handle)
