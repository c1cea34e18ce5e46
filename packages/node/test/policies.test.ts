/** Roots with a policy: what the options do, and the kernel's answers with the same flags. */
import { nodeMountOptions } from "@procfsroot/testkit/mountOptions"
import { nodePolicies } from "@procfsroot/testkit/policies"
import { nodePolicyOptions } from "@procfsroot/testkit/policyOptions"
import { disk } from "./edition/edition.js"

nodePolicyOptions(disk)
nodeMountOptions(disk)
nodePolicies(disk)
