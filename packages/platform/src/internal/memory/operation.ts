/** Every operation is recorded, then waits or fails as the faults say, and happens at the time of the clock. */
import type { PlatformError } from "@effect/platform/Error"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as MemoryFileSystem from "../../MemoryFileSystem.js"
import type { Operation } from "../../VfsFileSystem.js"
import { type ActiveFault, type Injection, matchFaults, visit, type Visited } from "./faults.js"
import { systemError } from "./errorOf.js"

/** @internal */
export interface State {
  readonly memory: Memory
  readonly operations: Array<MemoryFileSystem.Operation>
  faults: ReadonlyArray<ActiveFault>
}

/** @internal */
export const failureOf = ({ fault }: ActiveFault, syscall: string, texts: ReadonlyArray<string>): Errno.Errno => ({
  ...Errno.make(fault.code ?? "EIO"),
  syscall,
  paths: texts
})

/** @internal */
export const record = ({ operations }: State, method: string, [path = "", to]: ReadonlyArray<string>): void => {
  operations.push(to === undefined ? { method, path } : { method, path, to })
}

/** @internal */
export const delayed = <A, E>({ delay }: Injection, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Duration.equals(delay, Duration.zero) ? effect : Effect.delay(effect, delay)

/** Operations on an open file walk no path. */
const visitedBy = ({ memory }: State, { opened, operation, places }: Operation<OpenNode, unknown>): Visited => {
  if (opened === undefined) return visit(memory, operation, places)
  const place = new Set([memory.pathOf(opened)])
  return { all: place, targets: place }
}

/** @internal */
export const before =
  (state: State) => (operation: Operation<OpenNode, unknown>): Effect.Effect<void, PlatformError> => {
    const begin = Effect.clockWith((clock) => {
      state.memory.now = clock.unsafeCurrentTimeMillis()
      return Effect.void
    })
    return Effect.suspend(() => {
      const { opened, syscall, texts } = operation
      record(state, operation.operation, opened === undefined ? texts : [state.memory.pathOf(opened)])
      // No system call is made with such a text, so no fault applies.
      if (state.faults.length === 0 || texts.some((text) => text.includes("\0"))) return begin
      const injection = matchFaults(state.faults, operation.operation, visitedBy(state, operation))
      const { failing } = injection
      if (failing === undefined) return delayed(injection, begin)
      const { withoutCause } = failing.fault
      const fail = () => Effect.fail(systemError(operation, failureOf(failing, syscall, texts), withoutCause))
      return delayed(injection, Effect.suspend(fail))
    })
  }
