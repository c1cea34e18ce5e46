/** A root over a tree in memory. Nothing here needs Node. */
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { isTimeUp } from "@procfsroot/vfs/EventLoop"
import { readOnly as readOnlyFileSystem } from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { invalidTree } from "@procfsroot/vfs/ResolveFailure"
import type { MemoryRoot, Options } from "../../MemoryRoot.js"
import { invalidValue } from "./errors.js"
import { type Backend, runSync } from "./perform.js"
import { type Batch, makeRoot, type Provider } from "./root.js"

interface Settings {
  readonly readOnly: boolean
  readonly now: () => number
}

const rootOf = (path: string, memory: MemoryTree.Memory, { now, readOnly }: Settings): MemoryRoot => {
  let isOpen = true
  const checkOpen = () => {
    if (!isOpen) throw Errno.make("EBADF")
  }
  const fileSystem = readOnly ? readOnlyFileSystem(memory.fileSystem, checkOpen) : memory.fileSystem
  const backend: Backend<MemoryTree.OpenNode> = {
    fileSystem,
    isOpen: () => isOpen,
    checkOpen,
    begin: () => {
      memory.now = now()
    },
    retain: () => ({ fileSystem, close: () => {} }),
    descriptorOf: ({ descriptor }) => descriptor
  }
  const walk: Provider["walk"] = (path, policy) => Walk.run(memory.root, path, memory.lookup, policy)
  const batch: Batch = {
    walkSome: (paths, from, policy, read) => {
      const results = []
      for (const path of paths.slice(from)) {
        results.push(read(path, Walk.run(memory.root, path, memory.lookup, policy)))
        if (isTimeUp()) break
      }
      return results
    },
    close: () => {}
  }
  const root = makeRoot({
    path,
    strategy: { name: "walk", reason: "such a root looks up every component" },
    walk,
    resolve: walk,
    batch: () => batch,
    close: () => {
      isOpen = false
    }
  }, backend)
  const subRoot: MemoryRoot["subRoot"] = async (path, options = {}) =>
    runSync(backend, "open", [path], () => {
      const inner = memory.subRoot(path, options)
      const place = root.hostPath(fileSystem.realPath(path))
      return rootOf(place, inner, { now, readOnly: readOnly || options.readOnly === true })
    })
  const asUser: MemoryRoot["asUser"] = (user) => rootOf(path, memory.asUser(user), { now, readOnly })
  return { ...root, asUser, subRoot, snapshot: memory.snapshot }
}

/** @internal */
export const openMemoryRoot = (
  tree: MemoryTree.Tree,
  { now = Date.now, protected: protection, readOnly = false, user, ...policy }: Options = {}
): MemoryRoot => {
  const memory = MemoryTree.make(tree, { user, protection, policy })
  if (memory._tag === "Invalid") throw invalidValue("ERR_INVALID_ARG_VALUE", invalidTree(memory.path, memory.why))
  return rootOf("/", memory, { now, readOnly })
}
