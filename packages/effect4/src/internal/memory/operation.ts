/** Runs the operations of a tree in memory: records each one, applies the faults, and takes the time from the clock. */
import type { Environment, Injector } from "@procfsroot/vfs/MemoryFaults"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import type { Method } from "@procfsroot/vfs/Method"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { Backend } from "../../VfsFileSystem.js"
import { answered } from "../adapter/program.js"
import { turnsInMemory } from "../eventLoop.js"

type Delay = Duration.Input

/** @internal */
export interface State {
  readonly memory: Memory
  readonly injector: Injector<Delay, Method>
  /** Creates the errors, as the file system does that the tree stands for. */
  readonly errorOf: Backend<OpenNode>["errorOf"]
}

/** A class, since one is created for every operation: methods of a class cost nothing until they are called. */
class FiberEnvironment implements Environment<Delay> {
  readonly fiber: number
  readonly #services: Context.Context<never>

  constructor(fiber: Fiber.Fiber<unknown, unknown>) {
    this.fiber = fiber.id
    this.#services = fiber.context
  }

  get #clock(): Clock.Clock {
    return Context.get(this.#services, Clock.Clock)
  }

  now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  sleep(delay: Delay, done: () => void): () => void {
    const sleeping = Effect.runFork(this.#clock.sleep(Duration.fromInputUnsafe(delay)))
    sleeping.addObserver((exit) => {
      if (exit._tag === "Success") done()
    })
    return () => sleeping.interruptUnsafe()
  }
}

/**
 * Passes the clock and the id of the calling fiber to `use`.
 *
 * @internal
 */
export const inEnvironment = <A, E>(
  use: (environment: Environment<Delay>) => Effect.Effect<A, E>
): Effect.Effect<A, E> => Effect.withFiber((fiber) => use(new FiberEnvironment(fiber)))

/** @internal */
export const around = ({ injector }: State): NonNullable<Backend<OpenNode>["around"]> => (operation, failed) =>
  inEnvironment((environment) => answered(injector.run(operation, environment, operation.begin), failed, turnsInMemory))
