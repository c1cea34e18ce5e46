/** Worlds on a disk: a root, and next to it files that must not be touched. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { OpenFileSystem, Traits } from "../edition.js"
import type { Backend, FileSpec, FileState, World } from "./model.js"
import { BASE, outside } from "./trees.js"
import { memoryDirectory } from "../inMemory.js"
import { makeSpecial } from "../special.js"
import { changed, notice } from "./noticed.js"

/** On a tmpfs if there is one, since a suite creates thousands of trees. */
export const parent = memoryDirectory ?? tmpdir()

/** So deep that no path of the suite leaves the temporary directory, even if the file system does not confine it. */
export const DEPTH = "1/2/3/4"

export interface DiskTree {
  readonly root: string
  readonly base: string
  readonly files: () => ReadonlyArray<FileState>
  /** Whether a file may have changed since the last call. */
  readonly changed: () => boolean
  readonly dispose: () => void
}

const create = (place: string, directory: string, base: string, spec: FileSpec) => {
  if (spec.sameAs !== undefined) Fs.linkSync(directory + spec.sameAs, place)
  else if (spec.type === "SymbolicLink") Fs.symlinkSync(spec.target?.replace(BASE, base) ?? "", place)
  else if (spec.type === "Directory") Fs.mkdirSync(place)
  else if (spec.type === "File") Fs.writeFileSync(place, spec.content ?? "")
  else {
    makeSpecial(place, "FIFO", 0o600)
    // It already has a reader and a writer, so opening it does not block.
    return [Fs.openSync(place, Fs.constants.O_RDWR | Fs.constants.O_NONBLOCK)]
  }
  return []
}

/**
 * Creates the files of a tree in an existing directory, which is `/` of the tree. Returns open descriptors of the
 * fifos, so that opening these does not block.
 */
export const fill = (directory: string, base: string, tree: ReadonlyArray<FileSpec>): ReadonlyArray<number> => {
  const pipes = tree.flatMap((spec) => spec.path === "/" ? [] : create(directory + spec.path, directory, base, spec))
  // From the last to the first, since a directory can be inaccessible after its mode is set.
  for (const { gid, mode, mtime, path, sameAs, type, uid } of tree.toReversed()) {
    if (sameAs !== undefined) continue
    const place = directory + path
    if (uid !== undefined && gid !== undefined) Fs.lchownSync(place, uid, gid)
    if (mtime !== undefined) Fs.lutimesSync(place, mtime, mtime)
    // After the owner, since a new owner clears the set-id bits.
    if (type !== "SymbolicLink") Fs.chmodSync(place, mode)
  }
  return pipes
}

/** Repeats a call with more permissions for the owner of a directory, if its mode has forbidden the call. */
const unlocked = <A>(place: string, use: () => A): A => {
  try {
    return use()
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error
    const { mode } = Fs.statSync(place)
    Fs.chmodSync(place, 0o700)
    try {
      return use()
    } finally {
      Fs.chmodSync(place, mode)
    }
  }
}

/** The state of a file. */
export const state = (path: string, place: string, stat: Fs.Stats, base: string): FileState => {
  const { gid, ino: identity, mode, mtimeMs: mtime, uid } = stat
  const common = { path, mode: mode & 0o7777, uid, gid, identity, mtime }
  if (stat.isSymbolicLink()) {
    return { ...common, type: "SymbolicLink", target: Fs.readlinkSync(place).replace(base, BASE) }
  }
  if (stat.isDirectory()) return { ...common, type: "Directory" }
  return stat.isFile()
    ? { ...common, type: "File", content: unlocked(place, () => Fs.readFileSync(place, "utf8")) }
    : { ...common, type: "FIFO" }
}

/** Every file below a directory, except `skip` and the files below it. */
export const list = (directory: string, prefix: string, base: string, skip: string): ReadonlyArray<FileState> =>
  unlocked(directory, () =>
    Fs.readdirSync(directory).flatMap((name) => {
      const place = `${directory}/${name}`
      if (place === skip) return []
      const stat = Fs.lstatSync(place)
      const own = state(`${prefix}/${name}`, place, stat, base)
      return stat.isDirectory() ? [own, ...list(place, `${prefix}/${name}`, base, skip)] : [own]
    }))

const hostNames: ReadonlySet<string> = new Set(Fs.readdirSync("/"))

/** New files in the root of the host. They mean that an operation has left the root of the case. */
const onHost = (): ReadonlyArray<FileState> =>
  Fs.readdirSync("/").filter((name) => !hostNames.has(name)).map((name) => ({
    ...state(`/${name}`, `/${name}`, Fs.lstatSync(`/${name}`), ""),
    path: `host:/${name}`
  }))

/** Removes a directory in half the time of `fs.rmSync`, which calls stat for each file. */
export const remove = (directory: string): void => {
  for (const entry of Fs.readdirSync(directory, { withFileTypes: true })) {
    const place = `${directory}/${entry.name}`
    if (entry.isDirectory()) remove(place)
    else Fs.unlinkSync(place)
  }
  Fs.rmdirSync(directory)
}

/** A directory and all directories below it. */
const directoriesIn = (directory: string): ReadonlyArray<string> => [
  directory,
  ...unlocked(
    directory,
    () =>
      Fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? directoriesIn(`${directory}/${entry.name}`) : []
      )
  )
]

/** From now on, `changed` reports changes in a directory, and in all that are below it now, but no earlier ones. */
export const noticeIn = (directory: string): void => {
  directoriesIn(directory).forEach((one) => unlocked(one, () => notice(one)))
  changed()
}

/** Creates a tree, and the files outside it, in a directory that nothing else uses. */
export const makeTree = (tree: ReadonlyArray<FileSpec>): DiskTree => {
  const temporary = Fs.mkdtempSync(join(parent, "procfsroot-contract-"))
  const base = join(temporary, DEPTH)
  const root = join(base, "root")
  Fs.mkdirSync(root, { recursive: true })
  Fs.mkdirSync(join(base, "outside"))
  const pipes = fill(root, base, tree)
  fill(join(base, "outside"), base, outside)
  notice("/")
  noticeIn(temporary)
  return {
    root,
    base,
    changed,
    files: () => [...list(root, "", base, ""), ...list(temporary, "outside:", base, root), ...onHost()],
    dispose: () => {
      for (const pipe of pipes) Fs.closeSync(pipe)
      remove(temporary)
    }
  }
}

/**
 * A backend whose file system works in a directory of the host. It is opened for each tree.
 *
 * @example
 * contract(onDisk("RootFileSystem", edition, edition.rootFileSystem))
 */
export const onDisk = (
  name: string,
  { differences, newer }: Pick<Traits, "differences" | "newer">,
  open: (rootDirectory: string) => Promise<Pick<OpenFileSystem, "close" | "fs">>
): Backend => ({
  name,
  newer,
  differences,
  world: async (tree): Promise<World> => {
    const { base, changed, dispose, files, root } = makeTree(tree)
    const { close, fs } = await open(root)
    return {
      base,
      changed,
      run: (use) => use(fs),
      files,
      dispose: async () => {
        await close()
        dispose()
      }
    }
  }
})
