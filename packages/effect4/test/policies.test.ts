/** File systems with a policy, and the kernel with the same flags. */
import { nodePolicies, policies } from "@procfsroot/testkit/policies"
import { node, portable } from "./edition/edition.js"

policies(portable)
nodePolicies(node)
