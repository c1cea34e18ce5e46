/** Compares the roots of this edition with `openat2` on random trees. */
import { againstKernel, againstKernelWithMounts } from "@procfsroot/testkit/againstKernel"
import { oneByOne, rootWays } from "@procfsroot/testkit/ways"
import { node, portable } from "./edition/edition.js"

const portably = { name: "the portable layer", open: portable.rootFileSystem, ask: oneByOne }

againstKernel([...rootWays(node), portably], 25)
againstKernelWithMounts(rootWays(node), 25)
