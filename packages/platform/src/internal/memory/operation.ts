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
export const around = (state: State) =>
<A>(
  operation: Operation<OpenNode, A>,
  performed: Effect.Effect<A, PlatformError>
): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) => {
    const { opened, syscall, texts } = operation
    record(state, operation.operation, opened === undefined ? texts : [state.memory.pathOf(opened)])
    state.memory.now = clock.unsafeCurrentTimeMillis()
    // No system call is made with such a text, so no fault applies.
    if (state.faults.length === 0 || texts.some((text) => text.includes("\0"))) return performed
    const injection = matchFaults(state.faults, operation.operation, visitedBy(state, operation))
    const { failing } = injection
    if (failing === undefined) return delayed(injection, atCurrentTime(state, performed))
    const { withoutCause } = failing.fault
    const fail = () => Effect.fail(systemError(operation, failureOf(failing, syscall, texts), withoutCause))
    return delayed(injection, Effect.suspend(fail))
  })

/** After a delay, which moves the clock. */
const atCurrentTime = <A, E>({ memory }: State, performed: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.clockWith((clock) => {
    memory.now = clock.unsafeCurrentTimeMillis()
    return performed
  })
