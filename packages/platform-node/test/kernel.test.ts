/** Every strategy against `openat2` on random trees. */
import { againstKernel } from "@procfsroot/testkit/againstKernel"
import { ways } from "./strategies.js"

againstKernel(ways, 25)
