/** The contract of a `FileSystem`, asked of the one in memory; the judge is Node in a real chroot. */
import { MemoryFileSystem } from "@procfsroot/platform"
import { type Backend, contract, type FileSpec, type FileState, type World } from "@procfsroot/testkit/contract"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"

/** Whoever runs the tests owns the oracle's tree, and so this one. */
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const entryOf = ({ content = "", mode, target = "", type }: FileSpec): MemoryFileSystem.Entry => {
  switch (type) {
    case "Directory":
      return MemoryFileSystem.directory({ mode, ...user })
    case "File":
      return MemoryFileSystem.file(content, { mode, ...user })
    case "SymbolicLink":
      return MemoryFileSystem.link(target, user)
    case "FIFO":
      return MemoryFileSystem.fifo({ mode, ...user })
  }
}

const stateOf = (
  path: string,
  entry: Exclude<MemoryFileSystem.Entry, MemoryFileSystem.HardLink>,
  identity: string
): FileState => ({
  path,
  type: entry.type as FileState["type"], // the trees have no socket
  mode: entry.type === "SymbolicLink" ? 0o777 : entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  mtime: entry.mtime.getTime(),
  identity,
  ...(entry.type === "File" ? { content: String(entry.content) } : {}),
  ...(entry.type === "SymbolicLink" ? { target: entry.target } : {})
})

const files = Effect.map(MemoryFileSystem.snapshot, (entries) =>
  Object.entries(entries).flatMap(([path, entry]) => {
    if (path === "/") return []
    if (entry.type !== "HardLink") return [stateOf(path, entry, path)]
    const original = entries[entry.of]
    return original === undefined || original.type === "HardLink" ? [] : [stateOf(path, original, entry.of)]
  }))

const backend: Backend = {
  name: "MemoryFileSystem",
  world: async (tree): Promise<World> => {
    const runtime = ManagedRuntime.make(
      MemoryFileSystem.layer({
        "/": MemoryFileSystem.directory(user),
        ...Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))
      }, { user })
    )
    return {
      run: (program) => runtime.runPromise(program),
      files: () => runtime.runSync(files),
      dispose: () => runtime.dispose()
    }
  }
}

contract(backend)
