/** Every operation is recorded, meets the faults that wait for it, and then happens, at the time of the clock. */
import type { PlatformError } from "@effect/platform/Error"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Operation } from "../../MemoryFileSystem.js"
import type { Operation as Call } from "../../VfsFileSystem.js"
import { run } from "../adapter/program.js"
import { type ArmedFault, type Strike, strike, touch, type Touched } from "./faults.js"
import { platformError, systemError } from "./platformError.js"

/** @internal */
export interface Machine {
  readonly memory: Memory
  readonly operations: Array<Operation>
  faults: ReadonlyArray<ArmedFault>
}

/** @internal */
export const failureOf = ({ fault }: ArmedFault, syscall: string, texts: ReadonlyArray<string>): Errno.Errno => ({
  ...Errno.make(fault.code ?? "EIO"),
  syscall,
  paths: texts
})

/** @internal */
export const note = ({ operations }: Machine, method: string, [path = "", to]: ReadonlyArray<string>): void => {
  operations.push(to === undefined ? { method, path } : { method, path, to })
}

/** @internal */
export const waiting = <A, E>({ delay }: Strike, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Duration.equals(delay, Duration.zero) ? effect : Effect.delay(effect, delay)

const failed = <E>(known: E | undefined, thrown: unknown): Effect.Effect<never, E> =>
  known === undefined ? Effect.die(thrown) : Effect.fail(known)

const happen = <A>({ memory }: Machine, call: Call<OpenNode, A>): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) =>
    run(() => {
      memory.now = clock.unsafeCurrentTimeMillis()
      return call.begin()
    }, (thrown) => failed(platformError(call, thrown), thrown))
  )

const meet = <A>(machine: Machine, call: Call<OpenNode, A>, touched: Touched): Effect.Effect<A, PlatformError> => {
  const struck = strike(machine.faults, call.operation, touched)
  const { failing } = struck
  if (failing === undefined) return waiting(struck, happen(machine, call))
  const { syscall, texts } = call
  return waiting(
    struck,
    Effect.suspend(() => Effect.fail(systemError(call, failureOf(failing, syscall, texts), failing.fault.withoutCause)))
  )
}

/** What is done through a descriptor walks no path. */
const touched = ({ memory }: Machine, { opened, operation, places }: Call<OpenNode, unknown>): Touched => {
  if (opened === undefined) return touch(memory, operation, places)
  const place = new Set([memory.pathOf(opened)])
  return { passed: place, ends: place }
}

/** @internal */
export const perform = (machine: Machine) => <A>(call: Call<OpenNode, A>): Effect.Effect<A, PlatformError> =>
  Effect.suspend(() => {
    const { opened, operation, texts } = call
    note(machine, operation, opened === undefined ? texts : [machine.memory.pathOf(opened)])
    // A text that no system call is made with meets no fault.
    if (machine.faults.length === 0 || texts.some((text) => text.includes("\0"))) return happen(machine, call)
    return meet(machine, call, touched(machine, call))
  })
