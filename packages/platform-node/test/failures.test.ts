/** What the file systems of this package say of a path that does not resolve. */
import { failures } from "@procfsroot/testkit/failures"
import { edition } from "./edition.js"

failures("NodeRootFileSystem by openat2", (path) => edition.node(path, { strategy: "kernel" }))
failures("NodeRootFileSystem by the walk", (path) => edition.node(path, { strategy: "walk" }))
