/** File systems with a policy, and the kernel with the same flags. */
import { policies } from "@procfsroot/testkit/policies"
import { edition } from "./edition.js"

policies(edition)
