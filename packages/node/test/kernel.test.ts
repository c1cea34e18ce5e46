/** Compares the roots with promises with `openat2` on random trees. */
import { againstKernel, againstKernelWithMounts } from "@procfsroot/testkit/againstKernel"
import { rootWays } from "@procfsroot/testkit/ways"
import { disk } from "./edition/edition.js"

againstKernel(rootWays(disk), 10)
againstKernelWithMounts(rootWays(disk), 10)
