/** Mounts file systems in a directory of a test, in the mount namespace of the tests. This needs root. */
import { closeSync, mkdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs"
import { koffi } from "./native.js"
import { type Temporary, temporary } from "./temporary.js"
import { parentsOf, type TreeSpec } from "./tree.js"

/** `<linux/mount.h>`, `<sys/mount.h>`. */
const MS_BIND = 0x1000
const MS_RDONLY = 1
const MS_REMOUNT = 32
const MS_NOSYMFOLLOW = 256
const MNT_DETACH = 2

/** `<asm-generic/unistd.h>`; the same on every architecture. */
const SYS_OPEN_TREE = 428
const SYS_MOVE_MOUNT = 429
const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const OPEN_TREE_CLONE = 1
const MOVE_MOUNT_F_EMPTY_PATH = 4

const bind = ({ errno, load, os }: ReturnType<typeof koffi>) => {
  const libc = load(null)
  const mount = libc.func("mount", "int", ["str", "str", "str", "ulong", "str"])
  const umount2 = libc.func("umount2", "int", ["str", "int"])
  const openTree = libc.func("syscall", "long", ["long", "int", "str", "uint"])
  const moveMount = libc.func("syscall", "long", ["long", "int", "str", "int", "str", "uint"])
  const check = (call: string, place: string, result: number): void => {
    if (result === 0) return
    const code = Object.entries(os.errno).find(([, value]) => value === errno())?.[0] ?? String(errno())
    throw new Error(`${call} of ${place}: ${code}`)
  }
  return {
    mount: (source: string, place: string, type: string | null, flags: number, data: string | null = null) =>
      check("mount", place, mount(source, place, type, flags, data)),
    unmount: (place: string) => check("umount2", place, umount2(place, MNT_DETACH)),
    bindLink: (source: string, place: string): void => {
      const fd = openTree(SYS_OPEN_TREE, AT_FDCWD, source, AT_SYMLINK_NOFOLLOW | OPEN_TREE_CLONE)
      check("open_tree", source, Math.min(fd, 0))
      try {
        check("move_mount", place, moveMount(SYS_MOVE_MOUNT, fd, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH))
      } finally {
        closeSync(fd)
      }
    }
  }
}

let bound: ReturnType<typeof bind> | undefined
const calls = () => bound ??= bind(koffi())

/** Mounts a directory or a file a second time, without the mounts inside it. */
export const bindMount = (source: string, place: string): void => calls().mount(source, place, null, MS_BIND)

/** Mounts a link, which is not followed, on a file or on another link. */
export const bindLink = (source: string, place: string): void => calls().bindLink(source, place)

/** Gives a mount the option `nosymfollow`, which kernels before Linux 5.10 ignore. */
export const forbidLinks = (place: string): void =>
  calls().mount("none", place, null, MS_REMOUNT | MS_BIND | MS_NOSYMFOLLOW)

/** Mounts an overlay with these options, which name its layers. */
export const mountOverlay = (place: string, options: string): void =>
  calls().mount("none", place, "overlay", 0, options)

/** Mounts an empty file system. */
export const mountTmpfs = (place: string): void => calls().mount("none", place, "tmpfs", 0)

/** Mounts a file system with a few files. */
const mountFurnished = (place: string): void => {
  mountTmpfs(place)
  for (const name of ["a", "b"]) mkdirSync(`${place}/${name}`)
  writeFileSync(`${place}/c`, "mounted\n")
  symlinkSync("c", `${place}/d`)
}

/** Unmounts a mount with all mounts inside it, even while it is in use. */
export const unmount = (place: string): void => calls().unmount(place)

/** An empty tmpfs of a limited size (`tmpfs(5)`, "Mount options"). */
export interface LimitedTmpfs extends Temporary {
  /** Makes it read-only. */
  readonly freeze: () => void
}

export const limitedTmpfs = (options: string): LimitedTmpfs => {
  const box = temporary()
  try {
    calls().mount("none", box.path, "tmpfs", 0, options)
  } catch (error) {
    box[Symbol.dispose]()
    throw error
  }
  return {
    path: box.path,
    freeze: () => calls().mount("none", box.path, null, MS_REMOUNT | MS_RDONLY),
    [Symbol.dispose]: () => {
      unmount(box.path)
      rmdirSync(box.path)
    }
  }
}

/**
 * A directory on a new mount. Everything that a test mounts in it disappears together with that mount, so nothing is
 * removed through a mount, and no mount is left behind.
 */
export const mountedTemporary = (parent?: string): Temporary => {
  const box = temporary(parent)
  try {
    mountTmpfs(box.path)
  } catch (error) {
    box[Symbol.dispose]()
    throw error
  }
  const path = `${box.path}/root`
  mkdirSync(path)
  return {
    path,
    [Symbol.dispose]: () => {
      unmount(box.path)
      rmdirSync(box.path)
    }
  }
}

/** A mount in a tree: of another file of the tree, or of a new file system. */
export interface MountSpec {
  readonly path: string
  readonly source?: string
}

/** The directories of a tree, including those that are only parents of a file. */
export const directoriesOf = (tree: TreeSpec): ReadonlyArray<string> => [
  ...new Set(tree.flatMap(({ path, type }) => type === "dir" ? [...parentsOf(path), path] : parentsOf(path)))
]

/** A number that depends on the tree, and is the same in every run. */
export const numberOf = (tree: TreeSpec): number =>
  tree.reduce((sum, { path, target = "" }, i) => sum + (i + 1) * (path.length + 3 * target.length), 0)

/** Mounts for a tree: a file on a file, and a directory or a file system on a directory, if the tree has these. */
export const mountsOf = (tree: TreeSpec): ReadonlyArray<MountSpec> => {
  const k = numberOf(tree)
  const directories = directoriesOf(tree)
  const files = tree.flatMap(({ path, type }) => type === "file" ? [path] : [])
  const [directory, file] = [directories[k % directories.length], files[k % files.length]]
  const mounts: Array<MountSpec> = []
  // The file comes first, since a mount on the directory can hide it.
  if (file !== undefined) mounts.push({ path: file, source: files[(k + 1) % files.length] ?? file })
  if (directory === undefined) return mounts
  const sources = [undefined, "/", directories[(k + 1) % directories.length]]
  const source = sources[k % sources.length]
  return [...mounts, source === undefined ? { path: directory } : { path: directory, source }]
}

/** Mounts everything in a directory of the host that contains the tree. */
export const mountAll = (directory: string, mounts: ReadonlyArray<MountSpec>): void => {
  for (const { path, source } of mounts) {
    if (source === undefined) mountFurnished(directory + path)
    else bindMount(directory + source, directory + path)
  }
}
