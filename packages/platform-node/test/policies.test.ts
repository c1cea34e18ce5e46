/** File systems with a policy: what the options do, and whether the kernel has the same results with the same flags. */
import { nodeMountOptions } from "@procfsroot/testkit/mountOptions"
import { nodePolicies } from "@procfsroot/testkit/policies"
import { nodePolicyOptions } from "@procfsroot/testkit/policyOptions"
import { expectTypeOf, it } from "vitest"
import type { NodeRootFileSystem, Wormhole } from "../src/index.js"
import { edition } from "./edition.js"

nodePolicyOptions(edition)
nodeMountOptions(edition)
nodePolicies(edition)

it("the layers have the options in their types", () => {
  type Containment = "clamp" | "reject" | "beneath" | undefined
  expectTypeOf<NodeRootFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
  expectTypeOf<NodeRootFileSystem.Options["strategy"]>().toEqualTypeOf<"kernel" | "walk" | undefined>()
  expectTypeOf<Wormhole.FileSystemOptions>().toExtend<NodeRootFileSystem.Options>()
  expectTypeOf<{ readonly containment: "none" }>().not.toExtend<NodeRootFileSystem.Options>()
})
