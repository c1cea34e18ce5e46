/** Roots with a policy: what the options do, and whether the kernel has the same results with the same flags. */
import { nodeMountOptions } from "@procfsroot/testkit/mountOptions"
import { nodePolicies } from "@procfsroot/testkit/policies"
import { nodePolicyOptions } from "@procfsroot/testkit/policyOptions"
import { disk } from "./edition/edition.js"

nodePolicyOptions(disk)
nodeMountOptions(disk)
nodePolicies(disk)
