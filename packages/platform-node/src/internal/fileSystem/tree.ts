/**
 * What the operations that go through directories share. Every name is looked at in the directory that it was found in: a
 * link that appears in a directory's place is not entered. Of the directories on the way down, a few dozen are open.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as EventLoop from "@procfsroot/platform/EventLoop"
import * as Effect from "effect/Effect"
import { childPath, type FoundFile } from "./foundFiles.js"
import type { Slot } from "./inside.js"
import { names } from "./names.js"
import { operation } from "./operation.js"

/** @internal */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * A name in a directory that was found; `directory` opens that again if it was closed.
 *
 * @internal
 */
export interface Child extends Slot {
  readonly parent: FoundFile
}

/** @internal */
export const childOf = (parent: FoundFile, name: string, slash = false): Child => ({
  parent,
  get directory() {
    return parent.fd
  },
  name,
  slash
})

/**
 * The name alone, whatever slashes follow it.
 *
 * @internal
 */
export const pathOf = ({ directory, name }: Slot): string | Buffer => childPath(directory, name)

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

  /** Opens what a child is, for as long as it is used. */
  open<A>(
    { name, parent }: Child,
    flags: number,
    use: (file: FoundFile) => Effect.Effect<A, PlatformError>
  ): Effect.Effect<A, PlatformError> {
    return Effect.acquireUseRelease(
      this.step(() => parent.find(name, flags)),
      use,
      (file) => Effect.sync(() => file.close())
    )
  }

  /** Every child of a directory, with a turn of the event loop now and then. */
  each(
    directory: FoundFile,
    visit: (child: Child) => Effect.Effect<void, PlatformError>
  ): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(this.step(() => directory.fd), (fd) =>
      Effect.flatMap(
        names(this.method, this.path, fd),
        (all) => Effect.asVoid(EventLoop.forEach(all, (name) => visit(childOf(directory, name))))
      ))
  }
}
