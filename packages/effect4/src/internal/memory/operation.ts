/** Every operation is recorded, and fails as the faults say, at the time of the clock. */
import type { Environment, Injector } from "@procfsroot/vfs/MemoryFaults"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import type { Method } from "@procfsroot/vfs/Method"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Backend } from "../../VfsFileSystem.js"
import { runMade } from "../adapter/program.js"

type Delay = Duration.Input

/** @internal */
export interface State {
  readonly memory: Memory
  readonly injector: Injector<Delay, Method>
}

const environmentOf = (clock: Clock.Clock, fiber: unknown): Environment<Delay> => ({
  now: () => clock.currentTimeMillisUnsafe(),
  sleep: (delay, done) => {
    const sleeping = Effect.runFork(clock.sleep(Duration.fromInputUnsafe(delay)))
    sleeping.addObserver((exit) => {
      if (exit._tag === "Success") done()
    })
    return () => sleeping.interruptUnsafe()
  },
  fiber
})

/**
 * Runs something with what an operation needs of the fiber that calls it.
 *
 * @internal
 */
export const inEnvironment = <A, E>(
  use: (environment: Environment<Delay>) => Effect.Effect<A, E>
): Effect.Effect<A, E> => Effect.clockWith((clock) => Effect.withFiber((fiber) => use(environmentOf(clock, fiber.id))))

/** @internal */
export const around = ({ injector }: State): NonNullable<Backend<OpenNode>["around"]> => (operation, failed) =>
  inEnvironment((environment) => runMade(injector.run(operation, environment, operation.begin), failed))
