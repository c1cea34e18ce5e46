/** Compares the portable layer with `openat2` on random trees. */
import { againstKernel } from "@procfsroot/testkit/againstKernel"
import { oneByOne } from "@procfsroot/testkit/ways"
import { edition } from "./edition.js"

againstKernel([{ name: "the portable layer", open: edition.rootFileSystem, ask: oneByOne }], 35)
