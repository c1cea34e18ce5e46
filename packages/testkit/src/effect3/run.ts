/** Runs effects of Effect 3 as promises, which are rejected with `PlainFailure` like those of any edition. */
import { BadArgument, SystemError } from "@effect/platform/Error"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { PlainFailure } from "../edition.js"

const plainFailure = (error: SystemError | BadArgument): PlainFailure =>
  new PlainFailure({
    tag: error._tag,
    module: error.module,
    method: error.method,
    description: error.description,
    cause: error.cause,
    ...(error._tag === "SystemError"
      ? { reason: error.reason, pathOrDescriptor: error.pathOrDescriptor, syscall: error.syscall }
      : {})
  }, error)

/** The error for a defect, an interruption, or an undocumented failure. */
const unexpected = (cause: Cause.Cause<unknown>): Error =>
  new Error(Cause.pretty(cause), { cause: Cause.squash(cause) })

const thrown = (cause: Cause.Cause<unknown>): Error => {
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  return failure instanceof SystemError || failure instanceof BadArgument ? plainFailure(failure) : unexpected(cause)
}

/** The result of an effect. It is created by a function, since an exception there is a defect too. */
export const run = async <A, E>(make: () => Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> => {
  const exit = await Effect.runPromiseExit(Effect.suspend(make), signal === undefined ? {} : { signal })
  if (Exit.isSuccess(exit)) return exit.value
  throw thrown(exit.cause)
}

/** A value with its scope, which ends when it is closed. */
export interface Scoped<A> {
  readonly value: A
  readonly close: () => Promise<void>
}

/** Runs an effect in a new scope. */
export const runScoped = async <A, E>(make: () => Effect.Effect<A, E, Scope.Scope>): Promise<Scoped<A>> => {
  const scope = Effect.runSync(Scope.make())
  const close = () => run(() => Scope.close(scope, Exit.void))
  try {
    return { value: await run(() => Scope.extend(make(), scope)), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Builds a layer in a new scope. */
export const build = <R, E>(layer: Layer.Layer<R, E>): Promise<Scoped<Context.Context<R>>> =>
  runScoped(() => Layer.build(layer))
