/** What `fs.protected_symlinks`, `protected_regular` and `protected_fifos` of `proc_sys_fs(5)` forbid in sticky directories. */
import type { Protected } from "../../MemoryTree.js"
import type { Directory, Node } from "./inode.js"
import type { World } from "./world.js"

/** @internal */
export type Protection = Required<Protected>

/** @internal */
export const none: Protection = { symlinks: 0, regular: 0, fifos: 0 }

const STICKY = 0o1000
const OTHERS_WRITE = 0o002
const GROUP_WRITE = 0o020

/**
 * Whether a link may be followed as the last component; the superuser is no exception (`may_follow_link` in `fs/namei.c`).
 *
 * @internal
 */
export const mayFollow = ({ protection, user }: World, directory: Directory, link: Node): boolean =>
  protection.symlinks === 0 || link.uid === user.uid || link.uid === directory.uid ||
  (directory.mode & STICKY) === 0 || (directory.mode & OTHERS_WRITE) === 0

/** How much protection there is for a file of this kind; for what is no file and no fifo, the kernel asks no setting. */
const levelOf = ({ protection }: World, node: Node): number => {
  if (node._tag === "File") return protection.regular
  return node._tag === "Special" && node.kind === "FIFO" ? protection.fifos : 1
}

/**
 * Whether an open with `O_CREAT` may take what is there already for the file that it wanted to create
 * (`may_create_in_sticky` in `fs/namei.c`).
 *
 * @internal
 */
export const mayTake = (world: World, directory: Directory, node: Node): boolean => {
  const level = levelOf(world, node)
  if (level === 0 || (directory.mode & STICKY) === 0) return true
  if (node.uid === directory.uid || node.uid === world.user.uid) return true
  return (directory.mode & (level >= 2 ? OTHERS_WRITE | GROUP_WRITE : OTHERS_WRITE)) === 0
}
