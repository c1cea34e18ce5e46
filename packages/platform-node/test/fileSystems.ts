/**
 * The two ways in which a `NodeRootFileSystem` finds its files, and helpers that run programs in one
 * and count descriptors.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { atRest, descriptors, settled as settledPlainly } from "@procfsroot/testkit/descriptors"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"
import { load } from "./binding.js"

export { atRest, descriptors }

interface Strategy {
  readonly name: string
  readonly openat2: Openat2 | undefined
  readonly readOnly?: boolean
}

export const strategies: ReadonlyArray<Strategy> = [
  { name: "by openat2", openat2: load() },
  { name: "by the walk", openat2: undefined }
]

/** Runs a program inside a root, which is closed when the program ends. */
export const within = <A, E>(
  root: string,
  { openat2, readOnly = false }: Strategy,
  use: (fs: FileSystem) => Effect.Effect<A, E, Scope.Scope>
) => Effect.scoped(Effect.flatMap(FileSystem, use)).pipe(Effect.provide(layerWith(root, { readOnly }, openat2)))

/** The errno of a failure, or Node's own code, which is always in its cause. */
export const codeOf = (error: unknown): string =>
  (error as { readonly cause?: { readonly code?: string } }).cause?.code ?? "?"

/** Waits for the calls on the thread pool that were given up, until `count` descriptors are open. */
export const settled = (count: number) => Effect.promise(() => settledPlainly(count))

/** Checks that after the program, as many descriptors are open as before. */
export const leavesNothing = <A, E>(program: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const before = yield* Effect.promise(atRest)
    const exit = yield* Effect.exit(program)
    expect(yield* settled(before)).toBe(before)
    return yield* exit
  })
