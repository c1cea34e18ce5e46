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

type Delay = Duration.DurationInput

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
  readonly #services: Context.Context<Clock.Clock>

  constructor(fiber: Fiber.RuntimeFiber<unknown, unknown>) {
    this.fiber = fiber.id().id
    this.#services = fiber.currentDefaultServices
  }

  get #clock(): Clock.Clock {
    return Context.get(this.#services, Clock.Clock)
  }

  now(): number {
    return this.#clock.unsafeCurrentTimeMillis()
  }

  sleep(delay: Delay, done: () => void): () => void {
    const sleeping = Effect.runFork(this.#clock.sleep(Duration.decode(delay)))
    sleeping.addObserver((exit) => {
      if (exit._tag === "Success") done()
    })
    return () => sleeping.unsafeInterruptAsFork(sleeping.id())
  }
}

/**
 * Passes the clock and the id of the calling fiber to `use`.
 *
 * @internal
 */
export const inEnvironment = <A, E>(
  use: (environment: Environment<Delay>) => Effect.Effect<A, E>
): Effect.Effect<A, E> => Effect.withFiberRuntime((fiber) => use(new FiberEnvironment(fiber)))

/** @internal */
export const around = ({ injector }: State): NonNullable<Backend<OpenNode>["around"]> => (operation, failed) =>
  inEnvironment((environment) => answered(injector.run(operation, environment, operation.begin), failed, turnsInMemory))
