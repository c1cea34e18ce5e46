/** The errors of the promises for a path that does not resolve. */
import { failures } from "@procfsroot/testkit/failures"
import { disk } from "./edition/edition.js"

failures("promises by openat2", (path) => disk.node(path, { strategy: "kernel" }))
failures("promises by the walk", (path) => disk.node(path, { strategy: "walk" }))
