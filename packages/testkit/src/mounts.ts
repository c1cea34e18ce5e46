/** Mounts in a directory of a test, in the test's own mount namespace, where root may make them. */
import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs"
import { koffi } from "./native.js"
import { type Temporary, temporary } from "./temporary.js"
import type { TreeSpec } from "./tree.js"

/** `<linux/mount.h>`, `<sys/mount.h>`. */
const MS_BIND = 0x1000
const MS_RDONLY = 1
const MS_REMOUNT = 32
const MNT_DETACH = 2

const bind = ({ errno, load, os }: ReturnType<typeof koffi>) => {
  const libc = load(null)
  const mount = libc.func("mount", "int", ["str", "str", "str", "ulong", "str"])
  const umount2 = libc.func("umount2", "int", ["str", "int"])
  const check = (call: string, place: string, result: number): void => {
    if (result === 0) return
    const code = Object.entries(os.errno).find(([, value]) => value === errno())?.[0] ?? String(errno())
    throw new Error(`${call} of ${place}: ${code}`)
  }
  return {
    mount: (source: string, place: string, type: string | null, flags: number, data: string | null = null) =>
      check("mount", place, mount(source, place, type, flags, data)),
    unmount: (place: string) => check("umount2", place, umount2(place, MNT_DETACH))
  }
}

let bound: ReturnType<typeof bind> | undefined
const calls = () => bound ??= bind(koffi())

/** Mounts a directory or a file a second time, without what is mounted in it. */
export const bindMount = (source: string, place: string): void => calls().mount(source, place, null, MS_BIND)

/** Mounts an overlay with these options, which say what its layers are. */
export const mountOverlay = (place: string, options: string): void =>
  calls().mount("none", place, "overlay", 0, options)

/** Mounts an empty file system. */
export const mountTmpfs = (place: string): void => calls().mount("none", place, "tmpfs", 0)

/** With something in it to be found. */
const mountFurnished = (place: string): void => {
  mountTmpfs(place)
  for (const name of ["a", "b"]) mkdirSync(`${place}/${name}`)
  writeFileSync(`${place}/c`, "mounted\n")
  symlinkSync("c", `${place}/d`)
}

/** Takes a mount away, with all that is mounted in it, also while it is in use. */
export const unmount = (place: string): void => calls().unmount(place)

/** A tmpfs of a limited size (`tmpfs(5)`, "Mount options"), with nothing in it. */
export interface LimitedTmpfs extends Temporary {
  /** From now on it can only be read. */
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
 * A directory on a mount of its own. Whatever a test mounts in it goes with that mount, all at once: nothing has to be
 * removed through a mount, and none can be left.
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

/** What is mounted at a place of a tree: another place of it, or a file system of its own. */
export interface MountSpec {
  readonly path: string
  readonly source?: string
}

/** The directories of a tree, also those that are only on the way to something. */
export const directoriesOf = (tree: TreeSpec): ReadonlyArray<string> => [
  ...new Set(tree.flatMap(({ path, type }) => {
    const names = path.split("/").slice(1)
    return names.slice(type === "dir" ? 0 : 1).map((_, i) => `/${names.slice(0, i + 1).join("/")}`)
  }))
]

/** A number that differs from tree to tree, and is the same in every run. */
export const numberOf = (tree: TreeSpec): number =>
  tree.reduce((sum, { path, target = "" }, i) => sum + (i + 1) * (path.length + 3 * target.length), 0)

/** Mounts for a tree: a file on a file, and a directory or a file system on a directory, where it has some. */
export const mountsOf = (tree: TreeSpec): ReadonlyArray<MountSpec> => {
  const k = numberOf(tree)
  const directories = directoriesOf(tree)
  const files = tree.flatMap(({ path, type }) => type === "file" ? [path] : [])
  const [directory, file] = [directories[k % directories.length], files[k % files.length]]
  const mounts: Array<MountSpec> = []
  // First the file: the directory may hide it.
  if (file !== undefined) mounts.push({ path: file, source: files[(k + 1) % files.length] ?? file })
  if (directory === undefined) return mounts
  const sources = [undefined, "/", directories[(k + 1) % directories.length]]
  const source = sources[k % sources.length]
  return [...mounts, source === undefined ? { path: directory } : { path: directory, source }]
}

/** Makes the mounts in a directory of the host that has the tree. */
export const mountAll = (directory: string, mounts: ReadonlyArray<MountSpec>): void => {
  for (const { path, source } of mounts) {
    if (source === undefined) mountFurnished(directory + path)
    else bindMount(directory + source, directory + path)
  }
}
