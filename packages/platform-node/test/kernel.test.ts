/** Compares every strategy with `openat2` on random trees. */
import { againstKernel, againstKernelWithMounts } from "@procfsroot/testkit/againstKernel"
import { ways } from "./strategies.js"

againstKernel(ways, 25)
againstKernelWithMounts(ways, 25)
