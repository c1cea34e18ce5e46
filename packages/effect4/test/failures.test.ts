/** The errors of this edition's file systems for a path that does not resolve. */
import * as FileSystemError from "@procfsroot/effect4/FileSystemError"
import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import type { PlainFailure } from "@procfsroot/testkit/edition"
import { failures } from "@procfsroot/testkit/failures"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { node, portable } from "./edition/edition.js"

failures("RootFileSystem", portable.rootFileSystem)
failures("NodeRootFileSystem by openat2", (path) => node.node(path, { strategy: "kernel" }))

const tree = { "/dir": MemoryFileSystem.directory(), "/file": "", "/loop": MemoryFileSystem.link("loop") }

/** The errors of methods are `PlatformError`s. */
const resolveErrorOf = ({ original }: PlainFailure) =>
  Option.getOrUndefined(FileSystemError.resolveError(original as PlatformError))

failures("MemoryFileSystem", () => portable.memory(tree), resolveErrorOf)
