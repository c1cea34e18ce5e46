/** Compares a tree in memory with the kernel: what users may do, and what each call changes. */
import { openMemoryRoot } from "@procfsroot/node"
import type { MemoryRoot } from "@procfsroot/node/MemoryRoot"
import { treeOf } from "@procfsroot/testkit/memoryTree"
import { byUser, posix, special, stateOf, type Step } from "@procfsroot/testkit/posix"

const perform = async ({ directory, promises, sync }: MemoryRoot, { call }: Step): Promise<void> => {
  switch (call[0]) {
    case "chmod":
      return sync.chmodSync(call[1], call[2])
    case "chown":
      return sync.chownSync(call[1], call[2], call[3])
    case "lchown":
      return sync.lchownSync(call[1], call[2], call[3])
    case "link":
      return sync.linkSync(call[1], call[2])
    case "rename":
      return sync.renameSync(call[1], call[2])
    case "mkdir":
      return void sync.mkdirSync(call[1], call[2])
    case "mkfifo":
    case "mksocket":
    case "mkchar":
    case "mkblock":
      return directory.makeNode(call[1], special[call[0]], { mode: call[2] })
    case "open":
      return (await promises.open(call[1], call[2], call[3])).close()
    case "rmdir":
      return sync.rmdirSync(call[1])
    case "unlink":
      return sync.unlinkSync(call[1])
    case "symlink":
      return sync.symlinkSync(call[1], call[2])
    case "truncate":
      return promises.truncate(call[1], call[2])
    case "utimes":
      return sync.utimesSync(call[1], call[2], call[3])
    case "lutimes":
      return sync.lutimesSync(call[1], call[2], call[3])
    case "write": {
      const file = await promises.open(call[1], "r+")
      await file.write(call[2])
      return file.close()
    }
  }
}

posix({
  name: "a root in memory",
  times: true,
  make: (tree) => {
    // Later than every time in the tree, however slow the machine is.
    let now = Date.now() + 3_600_000
    const root = openMemoryRoot(treeOf(tree, { uid: 0, gid: 0 }), { now: () => now++ })
    return {
      perform: byUser((user) => root.asUser(user), perform),
      state: (path) => {
        try {
          return stateOf(root.sync.lstatSync(path))
        } catch {
          return undefined
        }
      },
      dispose: () => {}
    }
  }
})
