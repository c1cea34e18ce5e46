/** Runs effects of Effect 4 as promises that reject with the errors that the shared suites expect. */
import { PlainFailure } from "@procfsroot/testkit/edition"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { isPlatformError, type PlatformError } from "effect/PlatformError"
import * as Scope from "effect/Scope"

const plainFailure = (error: PlatformError): PlainFailure => {
  const { reason } = error
  const { cause, description, method, module } = reason
  return new PlainFailure({
    module,
    method,
    description,
    cause,
    ...(reason._tag === "BadArgument"
      ? { tag: "BadArgument" }
      : {
        tag: "SystemError",
        // The shared suites expect the reasons of Effect 3. `fileSystem.test.ts` tests those of Effect 4.
        reason: reason._tag === "PermissionDenied" && Errno.ofError(cause) === "EPERM" ? "Unknown" : reason._tag,
        pathOrDescriptor: reason.pathOrDescriptor,
        syscall: reason.syscall
      })
  }, error)
}

/** Converts a `PlatformError` to a plain failure, and anything that methods do not document to an `Error`. */
const thrown = (cause: Cause.Cause<unknown>): Error => {
  const squashed = Cause.squash(cause)
  return cause.reasons.length === 1 && cause.reasons.every(Cause.isFailReason) && isPlatformError(squashed)
    ? plainFailure(squashed)
    : new Error(Cause.pretty(cause), { cause: squashed })
}

/** Runs an effect. A function creates it, so that an exception while it is created is a defect of the effect. */
export const run = async <A, E>(make: () => Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> => {
  const exit = await Effect.runPromiseExit(Effect.suspend(make), { signal })
  if (Exit.isSuccess(exit)) return exit.value
  throw thrown(exit.cause)
}

/** A value, and a function that closes its scope. */
export interface Scoped<A> {
  readonly value: A
  readonly close: () => Promise<void>
}

/** Runs an effect in a scope of its own. */
export const runScoped = async <A, E>(make: () => Effect.Effect<A, E, Scope.Scope>): Promise<Scoped<A>> => {
  const scope = Scope.makeUnsafe()
  const close = () => run(() => Scope.close(scope, Exit.void))
  try {
    return { value: await run(() => Effect.provideService(make(), Scope.Scope, scope)), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Builds a layer in a scope of its own. */
export const build = <R, E>(layer: Layer.Layer<R, E>): Promise<Scoped<Context.Context<R>>> =>
  runScoped(() => Layer.build(layer))
