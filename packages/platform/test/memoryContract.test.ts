/** The contract of a `FileSystem`, asked of the one in memory; the judge is Node in a real chroot. */
import { MemoryFileSystem } from "@procfsroot/platform"
import { type Backend, contract, type World } from "@procfsroot/testkit/contract"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { files, inMemory } from "./memoryWorld.js"

/** Whoever runs the tests owns the oracle's tree, and so this one. */
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const backend: Backend = {
  name: "MemoryFileSystem",
  world: async (tree): Promise<World> => {
    const runtime = ManagedRuntime.make(MemoryFileSystem.layer(inMemory(tree, user), { user }))
    return {
      run: (program) => runtime.runPromise(program),
      files: () => runtime.runSync(files).filter(({ path }) => path !== "/"),
      dispose: () => runtime.dispose()
    }
  }
}

contract(backend)
