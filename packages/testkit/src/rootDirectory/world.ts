/** Two equal directories: one is the root of an edition, and Node and the kernel work in the other as judges. */
import * as Fs from "node:fs"
import type { MemoryOptions, OpenFileSystem, PlainEntry, PlainRootDirectory, PlainTree } from "../edition.js"
import { PlainFailure } from "../edition.js"
import { temporary } from "../temporary.js"

/** The roots of an edition that have a directory. One package of an edition can have only some of them. */
export interface DirectoryEdition {
  readonly memory?: (tree: PlainTree, options?: Omit<MemoryOptions, "faults">) => Promise<OpenFileSystem>
  readonly node?: (
    path: string,
    options: { readonly strategy: "kernel" | "walk"; readonly readOnly?: boolean; readonly offMainThread?: boolean }
  ) => Promise<OpenFileSystem>
  readonly wormhole?: (pid: number) => Promise<OpenFileSystem>
  readonly archive?: (file: string) => Promise<OpenFileSystem>
}

/** A kind of root. */
export interface Kind {
  readonly name: string
  readonly onDisk: boolean
  /** Whether it uses koffi. */
  readonly isNative: boolean
  /** Whether it has all operations: Node lacks some system calls. */
  readonly isComplete: boolean
  /** Whether it is also tested in an edition that only adapts the others. */
  readonly isUsual: boolean
  readonly open: (path: string) => Promise<OpenFileSystem>
}

/** The user of this process, as whom the judges work. */
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

export const kindsOf = ({ memory, node }: DirectoryEdition): ReadonlyArray<Kind> => [
  ...(memory === undefined ? [] : [{
    name: "in memory",
    onDisk: false,
    isNative: false,
    isComplete: true,
    isUsual: true,
    open: (path: string) => memory(treeOf(path), { user })
  }]),
  ...(node === undefined ? [] : [{
    name: "by openat2",
    onDisk: true,
    isNative: true,
    isComplete: true,
    isUsual: true,
    open: (path: string) => node(path, { strategy: "kernel" })
  }, {
    name: "off the main thread",
    onDisk: true,
    isNative: true,
    isComplete: true,
    isUsual: false,
    open: (path: string) => node(path, { strategy: "kernel", offMainThread: true })
  }, {
    name: "by the walk",
    onDisk: true,
    isNative: false,
    isComplete: false,
    isUsual: false,
    open: (path: string) => node(path, { strategy: "walk" })
  }])
]

export const directoryOf = ({ directory }: OpenFileSystem): PlainRootDirectory => {
  if (directory === undefined) throw new Error("this root has no directory")
  return directory
}

/** All paths below a directory, parents first, in the order of their bytes. */
export const pathsBelow = (directory: string, prefix = ""): ReadonlyArray<string> =>
  Fs.readdirSync(`${directory}/${prefix}`, { withFileTypes: true })
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    .flatMap((entry) => [
      prefix + entry.name,
      ...(entry.isDirectory() ? pathsBelow(directory, `${prefix}${entry.name}/`) : [])
    ])

/** A directory on disk as a tree for memory. */
const treeOf = (directory: string): PlainTree => {
  const seen = new Map<bigint, string>()
  const entryOf = (path: string): PlainEntry => {
    const place = directory + path
    const stat = Fs.lstatSync(place, { bigint: true })
    const attributes = {
      mode: Number(stat.mode) & 0o7777,
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      mtime: stat.mtime
    }
    const first = stat.isDirectory() ? undefined : seen.get(stat.ino)
    if (first !== undefined) return { type: "HardLink", of: first }
    seen.set(stat.ino, path)
    if (stat.isDirectory()) return { type: "Directory", ...attributes }
    if (stat.isSymbolicLink()) return { type: "SymbolicLink", ...attributes, target: Fs.readlinkSync(place) }
    if (stat.isFIFO()) return { type: "FIFO", ...attributes }
    return { type: "File", ...attributes, content: Fs.readFileSync(place) }
  }
  return Object.fromEntries(
    ["/", ...pathsBelow(directory).map((path) => `/${path}`)].map((path) => [path, entryOf(path)])
  )
}

export interface World extends OpenFileSystem {
  readonly directory: PlainRootDirectory
  /** The directory of the root, if it is on a disk. */
  readonly own: string
  readonly judge: string
}

/** Creates two directories with the same content, and opens one of them as a root. */
export const inWorld = async (
  kind: Kind,
  make: (place: string) => void,
  use: (world: World) => Promise<void>
): Promise<void> => {
  using both = temporary()
  const own = `${both.path}/own`
  const judge = `${both.path}/judge`
  for (const place of [own, judge]) {
    Fs.mkdirSync(place)
    make(place)
  }
  const opened = await kind.open(own)
  try {
    await use({ ...opened, directory: directoryOf(opened), own, judge })
  } finally {
    await opened.close()
  }
}

/** The value, or the errno. Any other error is a defect. */
export const outcome = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    return { ok: await asked }
  } catch (error) {
    if (error instanceof PlainFailure) return error.code
    throw error
  }
}

/** The same for a call of Node or of the kernel. */
export const outcomeOf = (ask: () => unknown): unknown => {
  try {
    return { ok: ask() }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // the error of a system call
  }
}

/** A file, in a form that is the same for both directories. */
type Described = readonly [path: string, type: string, mode: number, nlink: number | undefined, text: string]

/** All files in a directory on disk. */
export const describedOnDisk = (directory: string): ReadonlyArray<Described> =>
  pathsBelow(directory).map((path) => {
    const place = `${directory}/${path}`
    const stat = Fs.lstatSync(place)
    if (stat.isSymbolicLink()) return [path, "link", 0, stat.nlink, Fs.readlinkSync(place)]
    if (stat.isDirectory()) return [path, "directory", stat.mode, undefined, ""]
    return [path, "other", stat.mode, stat.nlink, stat.isFile() ? Fs.readFileSync(place, "utf8") : ""]
  })

const describedInMemory = async ({ directory, fs }: World): Promise<ReadonlyArray<Described>> => {
  const all: Array<Described> = []
  for (const { path } of await directory.walkTree("/")) {
    const { mode, nlink, type } = await directory.lstat(path)
    if (type === "SymbolicLink") all.push([path, "link", 0, nlink, await fs.readLink(path)])
    else if (type === "Directory") all.push([path, "directory", mode, undefined, ""])
    else all.push([path, "other", mode, nlink, type === "File" ? await fs.readFileString(path) : ""])
  }
  return all
}

/** All files in the root of a world. */
export const described = (kind: Kind, world: World): Promise<ReadonlyArray<Described>> =>
  kind.onDisk ? Promise.resolve(describedOnDisk(world.own)) : describedInMemory(world)

/** Yields what each function returns, one after the other. */
export async function* inOrder<A>(...steps: ReadonlyArray<() => A | Promise<A>>): AsyncGenerator<A, void> {
  for (const step of steps) yield await step()
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const UMASK = process.umask()

/** Replaces a file in the directory of the judge as an atomic write does: by a new one. */
export const replace = (path: string, text: string, mode: number): void => {
  Fs.rmSync(path, { force: true })
  Fs.writeFileSync(path, text)
  Fs.chmodSync(path, mode)
}
