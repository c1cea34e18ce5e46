/** File systems with a policy: the effects of the options, compared with the kernel and the same flags. */
import { mountOptions } from "@procfsroot/testkit/mountOptions"
import { policies } from "@procfsroot/testkit/policies"
import { policyOptions } from "@procfsroot/testkit/policyOptions"
import { edition } from "./edition.js"

policyOptions(edition)
mountOptions(edition)
policies(edition)
