/** Opens the directory that is to be a root, as a descriptor that whoever asked has to close. */
import { closeSync, open, openSync } from "node:fs"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Effect from "effect/Effect"
import { toNode } from "./pathBytes.js"
import { flags } from "./pinnedRoot.js"

/** @internal */
export const unavailable = (root: string, cause: NodeJS.ErrnoException): RootUnavailable =>
  new RootUnavailable({ root, code: cause.code ?? "UNKNOWN", cause })

const openHere = (path: string): Effect.Effect<number, RootUnavailable> =>
  Effect.try({
    try: () => openSync(toNode(path), flags),
    catch: (cause) => unavailable(path, cause as NodeJS.ErrnoException) // `node:fs` throws nothing else
  })

/**
 * A root on a hung mount stops neither the event loop nor the fiber: who gives up has no descriptor to close. The canceler
 * of an `Effect.async` is installed one step after the call has begun, and an interruption in between would lose the
 * descriptor; `onInterrupt` has no such gap.
 */
const openOnPool = (path: string): Effect.Effect<number, RootUnavailable> =>
  Effect.suspend(() => {
    let wanted = true
    let opened: number | undefined
    const call = Effect.async<number, RootUnavailable>((resume) =>
      open(toNode(path), flags, (cause, fd) => {
        if (cause !== null) return resume(Effect.fail(unavailable(path, cause)))
        if (!wanted) return closeSync(fd)
        opened = fd
        resume(Effect.succeed(fd))
      })
    )
    const giveUp = Effect.sync(() => {
      wanted = false
      if (opened !== undefined) closeSync(opened)
    })
    return Effect.uninterruptible(Effect.onInterrupt(Effect.interruptible(call), () => giveUp))
  })

/** Node refuses such names with errors of its own, or takes another in their place. */
const refusal = (path: string): string | undefined => {
  if (path.includes("\0")) return "EINVAL"
  return path.isWellFormed() || SurrogateEscape.encode(path) !== undefined ? undefined : "EILSEQ"
}

/** @internal */
export const openRoot = (path: string, onPool: boolean): Effect.Effect<number, RootUnavailable> =>
  Effect.suspend(() => {
    const code = refusal(path)
    if (code !== undefined) return Effect.fail(new RootUnavailable({ root: path, code }))
    return onPool ? openOnPool(path) : openHere(path)
  })
