/** An adapter that lacks a method of its edition does not compile. */
import type { NodeEdition, PlainFile, PlainFileSystem, PlainRoot, PortableEdition } from "@procfsroot/testkit/edition"
import { describe, expectTypeOf, it } from "vitest"

/** The members without which an object would still pass for an `A`. */
type Dispensable<A> = { readonly [M in keyof A]: Omit<A, M> extends A ? M : never }[keyof A]

describe("an edition", () => {
  it("does not compile without a method, but for those that only newer ones have", () => {
    expectTypeOf<Dispensable<PlainFileSystem>>().toEqualTypeOf<"newer" | undefined>()
    expectTypeOf<Dispensable<Required<PlainFileSystem>["newer"]>>().toBeNever()
    expectTypeOf<Dispensable<PlainFile>>().toBeNever()
    expectTypeOf<Dispensable<PlainRoot>>().toBeNever()
    expectTypeOf<Dispensable<PortableEdition>>().toBeNever()
    expectTypeOf<Dispensable<NodeEdition>>().toBeNever()
  })
})
