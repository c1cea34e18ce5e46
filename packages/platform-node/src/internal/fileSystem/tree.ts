/**
 * What the operations that go through directories share. Each directory on the way is held open while they are in it, and
 * every name is looked at in the directory that is held: a link that appears in a directory's place is not entered.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeSync, openSync } from "node:fs"
import { names } from "./content.js"
import { childPath } from "./foundFiles.js"
import { operation } from "./operation.js"

/** How many names are dealt with before other fibers get their turn. */
const TURN = 64

/** @internal */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * A name in a directory that is held.
 *
 * @internal
 */
export interface Place {
  readonly directory: number
  readonly name: string
}

/** @internal */
export const pathOf = ({ directory, name }: Place): string | Buffer => childPath(directory, name)

/**
 * One operation on a tree: what it was asked, for its errors.
 *
 * @internal
 */
export class Tree {
  readonly method: string
  readonly path: string
  constructor(method: string, path: string) {
    this.method = method
    this.path = path
  }

  step<A>(run: () => A): Effect.Effect<A, PlatformError> {
    return operation(this.method, this.path, run)
  }

  /** A file, held until the scope closes. */
  held(place: string | Buffer, flags: number): Effect.Effect<number, PlatformError, Scope.Scope> {
    return Effect.acquireRelease(this.step(() => openSync(place, flags)), (fd) => Effect.sync(() => closeSync(fd)))
  }

  /** Every name in a directory, in turns. */
  each(
    directory: number,
    visit: (name: string) => Effect.Effect<void, PlatformError>
  ): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => names(directory)),
      (all) =>
        Effect.forEach(
          all,
          (name, i) => i % TURN === TURN - 1 ? Effect.zipRight(Effect.yieldNow(), visit(name)) : visit(name),
          { discard: true }
        )
    )
  }
}
