/** Runs the programs of `@procfsroot/vfs` as effects. */
import { turns } from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import { fairly, type TurnsFor } from "../eventLoop.js"

const exitOf = <A, E>(exit: Program.Exit<A>, failed: (thrown: unknown) => Effect.Effect<never, E>) => {
  if (exit === "Interrupted") return Effect.interrupt
  return "error" in exit ? failed(exit.error) : Effect.succeed(exit.value)
}

/** Interrupts a program, and waits until it has released everything. */
const stop = (running: Program.Running<unknown>): Effect.Effect<void> =>
  Effect.async((resume) => {
    running.onExit(() => resume(Effect.void))
    running.interrupt()
  })

/** Can only be interrupted while it waits, so that an interruption between the start and the wait does not get lost. */
const runLong = <A, E>(
  program: Program.Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>,
  turnsFor: TurnsFor
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.withFiberRuntime<A, E>((fiber) => {
      const running = Program.start(program, turnsFor(fiber))
      let ended: Program.Exit<A> | undefined
      running.onExit((exit) => ended = exit)
      if (ended !== undefined) return fairly(exitOf(ended, failed))
      const end = Effect.async<A, E>((resume) => running.onExit((exit) => resume(exitOf(exit, failed))))
      return Effect.onInterrupt(restore(end), () => stop(running))
    })
  )

/**
 * The result of a program that has already ended, or the result of running the program.
 *
 * @internal
 */
export const answered = <A, E>(
  made: Program.Answer<A> | Program.Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>,
  turnsFor: TurnsFor = () => turns
): Effect.Effect<A, E> => {
  if (Program.isProgram(made)) return runLong(made, failed, turnsFor)
  return fairly("error" in made ? failed(made.error) : Effect.succeed(made.value))
}

/**
 * When the fiber is interrupted, the program ends and releases everything before the fiber continues.
 *
 * @internal
 */
export const run = <A, E>(
  begin: () => Program.Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>
): Effect.Effect<A, E> => Effect.suspend(() => answered(Program.atOnce(begin), failed))

/**
 * Starts a program in the background. The returned effect stops it, and waits until it has released everything.
 *
 * @internal
 */
export const start = (program: Program.Program<unknown>, failed: (thrown: unknown) => void): Effect.Effect<void> => {
  const running = Program.start(program, turns)
  running.onExit((exit) => {
    if (exit !== "Interrupted" && "error" in exit) failed(exit.error)
  })
  return stop(running)
}
