/** Permissions of users in a tree in memory, by `FileSystem` and `RootDirectory`, compared with the kernel. */
import { MemoryFileSystem, Root, RootDirectory } from "@procfsroot/platform"
import { servicesOfDirectory } from "@procfsroot/testkit/effect3/open"
import { build } from "@procfsroot/testkit/effect3/run"
import { treeOf } from "@procfsroot/testkit/memoryTree"
import { plainly, posix } from "@procfsroot/testkit/posix"
import * as Context from "effect/Context"

posix({
  name: "FileSystem and RootDirectory",
  lacks: ["rmdir", "unlink"],
  times: false,
  every: 3,
  make: async (tree) => {
    const { close, value } = await build(MemoryFileSystem.layer(treeOf(tree, { uid: 0, gid: 0 })))
    const memory = Context.get(value, MemoryFileSystem.MemoryFileSystem)
    const superuser = servicesOfDirectory(value, Root.Root, RootDirectory.RootDirectory)
    return {
      ...plainly(superuser, (user) => servicesOfDirectory(memory.asUser(user), Root.Root, RootDirectory.RootDirectory)),
      dispose: close
    }
  }
})
