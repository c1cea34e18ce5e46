/** File systems with a policy, and the kernel with the same flags. */
import { nodePolicies } from "@procfsroot/testkit/policies"
import { edition } from "./edition.js"

nodePolicies(edition)
