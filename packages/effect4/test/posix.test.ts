/** Permissions of users in a tree in memory, by `FileSystem` and `RootDirectory`, compared with the kernel. */
import { MemoryFileSystem } from "@procfsroot/effect4"
import { treeOf } from "@procfsroot/testkit/memoryTree"
import { plainly, posix } from "@procfsroot/testkit/posix"
import * as Context from "effect/Context"
import { servicesOfDirectory } from "./edition/edition.js"
import { build } from "./edition/run.js"

posix({
  name: "FileSystem and RootDirectory of Effect 4",
  lacks: ["rmdir", "unlink"],
  times: false,
  every: 7,
  make: async (tree) => {
    const { close, value } = await build(MemoryFileSystem.layer(treeOf(tree, { uid: 0, gid: 0 })))
    const memory = Context.get(value, MemoryFileSystem.MemoryFileSystem)
    const superuser = servicesOfDirectory(value)
    return { ...plainly(superuser, (user) => servicesOfDirectory(memory.asUser(user))), dispose: close }
  }
})
