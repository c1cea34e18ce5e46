/** Checks that an adapter does not compile if it lacks a method of its edition. */
import type { NodeEdition, PlainFile, PlainFileSystem, PlainRoot, PortableEdition } from "@procfsroot/testkit/edition"
import { describe, expectTypeOf, it } from "vitest"

/** The members that an object can lack and still be an `A`. */
type Dispensable<A> = { readonly [M in keyof A]: Omit<A, M> extends A ? M : never }[keyof A]

describe("an edition", () => {
  it("does not compile if it lacks a method, except those that only newer editions have", () => {
    expectTypeOf<Dispensable<PlainFileSystem>>().toEqualTypeOf<"newer" | undefined>()
    expectTypeOf<Dispensable<Required<PlainFileSystem>["newer"]>>().toBeNever()
    expectTypeOf<Dispensable<PlainFile>>().toBeNever()
    expectTypeOf<Dispensable<PlainRoot>>().toBeNever()
    expectTypeOf<Dispensable<PortableEdition>>().toBeNever()
    expectTypeOf<Dispensable<NodeEdition>>().toBeNever()
  })
})
