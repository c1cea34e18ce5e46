/** Performs sequences with one of the file systems on a disk: `node sequencesOnDisk.mjs kernel|walk`. */
import { serve } from "@procfsroot/testkit/sequences/serve"
import { edition } from "../edition.js"

const [how] = process.argv.slice(2)

serve({ open: ({ root }) => edition.node(root, { strategy: how === "walk" ? "walk" : "kernel" }) })
