/** The errors of this edition's file systems for a path that does not resolve. */
import { failures } from "@procfsroot/testkit/failures"
import { node, portable } from "./edition/edition.js"

failures("RootFileSystem", portable.rootFileSystem)
failures("NodeRootFileSystem by openat2", (path) => node.node(path, { strategy: "kernel" }))
