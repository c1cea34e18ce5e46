/** Every operation is recorded, then fails or waits as the faults say, and is executed at the time of the clock. */
import type { PlatformError } from "@effect/platform/Error"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Operation } from "../../MemoryFileSystem.js"
import type { Operation as Call } from "../../VfsFileSystem.js"
import { run } from "../adapter/program.js"
import { type ActiveFault, type Injection, matchFaults, visit, type Visited } from "./faults.js"
import { platformError, systemError } from "./platformError.js"

/** @internal */
export interface State {
  readonly memory: Memory
  readonly operations: Array<Operation>
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

const failOrDie = <E>(error: E | undefined, thrown: unknown): Effect.Effect<never, E> =>
  error === undefined ? Effect.die(thrown) : Effect.fail(error)

const execute = <A>({ memory }: State, call: Call<OpenNode, A>): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) =>
    run(() => {
      memory.now = clock.unsafeCurrentTimeMillis()
      return call.begin()
    }, (thrown) => failOrDie(platformError(call, thrown), thrown))
  )

const executeWithFaults = <A>(
  state: State,
  call: Call<OpenNode, A>,
  visited: Visited
): Effect.Effect<A, PlatformError> => {
  const injection = matchFaults(state.faults, call.operation, visited)
  const { failing } = injection
  if (failing === undefined) return delayed(injection, execute(state, call))
  const { syscall, texts } = call
  return delayed(
    injection,
    Effect.suspend(() => Effect.fail(systemError(call, failureOf(failing, syscall, texts), failing.fault.withoutCause)))
  )
}

/** Operations on an open file walk no path. */
const visitedBy = ({ memory }: State, { opened, operation, places }: Call<OpenNode, unknown>): Visited => {
  if (opened === undefined) return visit(memory, operation, places)
  const place = new Set([memory.pathOf(opened)])
  return { all: place, targets: place }
}

/** @internal */
export const perform = (state: State) => <A>(call: Call<OpenNode, A>): Effect.Effect<A, PlatformError> =>
  Effect.suspend(() => {
    const { opened, operation, texts } = call
    record(state, operation, opened === undefined ? texts : [state.memory.pathOf(opened)])
    // No system call is made with such a text, so no fault applies.
    if (state.faults.length === 0 || texts.some((text) => text.includes("\0"))) return execute(state, call)
    return executeWithFaults(state, call, visitedBy(state, call))
  })
