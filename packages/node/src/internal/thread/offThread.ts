/** Resolves and walks a root's paths in another thread. */
import type { Policy } from "@procfsroot/path/Policy"
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import { root } from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { inOwnContext } from "@procfsroot/vfs/EventLoop"
import { type Answer, type Call, call } from "@procfsroot/vfs/Program"
import { Lane } from "./lane.js"
import { type OutcomeData, outcomeOf, resolvedOf, type RootData, type Task } from "./messages.js"
import type { Choice, Native } from "../../Native.js"
import type { OffThread } from "../../Root.js"

/** The choice with which a thread loads the same native calls as the root. */
const choiceOf = (native: Native | undefined): Choice => {
  switch (native?.name) {
    case undefined:
      return "auto"
    case "koffi":
    case "none":
      return native.name
    case "node:ffi":
    case "bun:ffi":
    case "Deno.dlopen":
      return "runtime"
  }
}

let roots = 0

/** @internal */
export const rootData = (fd: number, native: Native | undefined): RootData => ({
  id: ++roots,
  fd,
  native: choiceOf(native)
})

/** The same object for equal policies: a message contains an object only once, however often it refers to it. */
let lastPolicy: Policy | undefined

const shared = (policy: Policy): Policy => {
  const last = lastPolicy
  return last !== undefined && last.containment === policy.containment &&
      last.lastComponent === policy.lastComponent && last.missing === policy.missing &&
      last.symlinks === policy.symlinks && last.mounts === policy.mounts && last.from === policy.from &&
      last.maxSymlinks === policy.maxSymlinks
    ? last
    : lastPolicy = policy
}

interface Asked<A> {
  readonly lane: Lane
  readonly task: Task
  readonly policy?: Policy
  /** The buffers in the task that are moved to the thread. */
  readonly moved?: ReadonlyArray<ArrayBuffer>
  readonly read: (value: unknown) => A
  /** The result if the task failed or there is no thread for it; by default the call fails. */
  readonly recover?: (error: unknown) => A
  /**
   * Keeps what the task uses open until the answer, even if the call is cancelled: when the thread uses a descriptor,
   * it must not refer to another file.
   */
  readonly retain?: () => () => void
  /** Converts the error that the call fails with. */
  readonly toError?: (error: unknown) => unknown
  /** Releases the result of a call that was cancelled. */
  readonly undo?: (value: unknown) => void
  /** The call that is made if there is no thread for the task. */
  readonly otherwise?: Call<unknown> | undefined
}

const nothing = () => {}

/**
 * Makes a call that sends a task to a thread.
 *
 * @internal
 */
export const asking = <A>(
  { lane, moved = [], otherwise, policy, read, recover, retain, task, toError, undo }: Asked<A>
): Call<A> =>
  call((settle) => {
    const done = inOwnContext(settle)
    const close = retain?.() ?? nothing
    let isWanted = true
    const answered = (answer: Answer<unknown>): void => {
      close()
      if (!isWanted) {
        if ("value" in answer) undo?.(answer.value)
        else toError?.(answer.error)
      } else if ("value" in answer) done({ value: read(answer.value) })
      else if (recover === undefined) done({ error: toError === undefined ? answer.error : toError(answer.error) })
      else done({ value: recover(answer.error) })
    }
    const giveUp = lane.ask({
      task,
      policy: policy && shared(policy),
      moved,
      done: answered,
      notBegun: otherwise && (() => void otherwise.begin(answered))
    })
    return () => {
      isWanted = false
      giveUp()
    }
  })

const readOutcome = (value: unknown): Walk.Outcome<unknown> => outcomeOf(value as OutcomeData) // the task returns one

const readOutcomes = (value: unknown): ReadonlyArray<Walk.Outcome<unknown>> =>
  (value as ReadonlyArray<OutcomeData>).map(outcomeOf) // as above

const failedWith = (remaining: string) => (cause: unknown): Walk.Failed<unknown> => ({
  _tag: "Failed",
  reason: { _tag: "Fault", cause },
  at: root,
  deepest: ComponentStack.make<unknown>(undefined),
  remaining,
  slash: false,
  trace: Walk.traceOf([], false)
})

/** @internal */
export const make = (lane: Lane, retain: () => () => void): OffThread => ({
  resolve: (path, policy) => asking({ lane, retain, policy, task: path, read: resolvedOf, recover: failedWith(path) }),
  walk: (path, policy) =>
    asking({ lane, retain, policy, task: { do: "walk", path }, read: readOutcome, recover: failedWith(path) }),
  walkAll: (paths, policy, maxRemembered) =>
    asking({
      lane,
      retain,
      policy,
      task: { do: "walkAll", paths, maxRemembered },
      read: readOutcomes,
      recover: (error) => paths.map((path) => failedWith(path)(error))
    })
})
