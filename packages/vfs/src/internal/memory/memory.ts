/** The file system over a tree in memory. */
import type { Invalid, Memory, Options, Tree, User } from "../../MemoryTree.js"
import { make as makeFileSystem } from "../fileSystem.js"
import { Directory, pathOf } from "./inode.js"
import { inodeOperations, lookup } from "./inodeOperations.js"
import { Protection } from "../protection.js"
import { snapshot } from "./snapshot.js"
import { build } from "./tree.js"
import type { World } from "./world.js"

const superuser: User = { uid: 0, gid: 0 }

const unprotected = { symlinks: 0, regular: 0, fifos: 0, unmapped: undefined } as const

/** Names are counted, not random, so that a test gets the same ones every time. */
const counted = () => {
  let made = 0
  const next = (length: number) => () => (made++).toString(16).padStart(length, "0")
  return { directoryName: next(6), fileName: next(12) }
}

/** @internal */
export const make = (tree: Tree, { policy, protection, user = superuser }: Options = {}): Memory | Invalid => {
  const root = build(tree)
  if (!(root instanceof Directory)) return root
  const world: World = {
    root,
    user: { groups: [], ...user },
    protection: new Protection({ ...unprotected, ...protection }, () => user.uid),
    now: 0,
    descriptors: new Set(),
    watchers: new Set()
  }
  return {
    _tag: "Memory",
    fileSystem: makeFileSystem(inodeOperations(world), { now: () => world.now, policy, ...counted() }),
    policy,
    root,
    lookup: (asked) => lookup(world, asked),
    get now() {
      return world.now
    },
    set now(now) {
      world.now = now
    },
    snapshot: () => snapshot(root),
    pathOf: ({ node }) => pathOf(node)
  }
}
