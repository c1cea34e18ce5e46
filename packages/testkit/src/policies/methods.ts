/** Every method of a file system, and the same operation on a twin, where the kernel resolves the paths. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import type { PlainFileSystem } from "../edition.js"
import { entriesBelow } from "../tree.js"
import { refuse, type Twin } from "./twin.js"

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = Fs.constants

export interface Arguments {
  readonly path: string
  readonly other: string
  /** The number of the operation, for unique names and contents. */
  readonly k: number
}

/** A method in both forms. Each returns a value that can be compared, or throws an error with a `code`. */
interface Method {
  readonly subject: (fs: PlainFileSystem, args: Arguments) => Promise<unknown>
  readonly judge: (twin: Twin, args: Arguments) => unknown
}

const textOf = (k: number): string => `written by ${k}\n`
const bytesOf = (k: number): Uint8Array => Buffer.from(textOf(k))
const sorted = (names: ReadonlyArray<string>): string => names.toSorted().join()

/** All names below a directory, without following links. */
const namesBelow = (twin: Twin, path: string): string => {
  // Node would enter mounts.
  if (twin.hasMounts) return sorted(twin.namesBelow(twin.find(path)))
  const top = twin.host(path)
  return sorted(entriesBelow(top).map(({ name, parentPath }) => Path.relative(top, `${parentPath}/${name}`)))
}

const modeOf = (k: number): number => 0o700 | (k & 7)
const timeOf = (k: number): number => 1_000_000 + k
const nothing = () => {}
const ids = [process.getuid?.() ?? 0, process.getgid?.() ?? 0] as const

const opened = (twin: Twin, path: string, flags: number, use: (fd: number) => unknown = nothing): unknown => {
  const fd = twin.open(path, flags)
  try {
    return use(fd)
  } finally {
    twin.close(fd)
  }
}

const write = (k: number) => (fd: number) => void Fs.writeSync(fd, textOf(k))

const noNames: Readonly<Record<string, string>> = { ".": "EINVAL", "..": "ENOTEMPTY" }

/** The error of `rmdir(2)` for a path whose last component is not a name. */
const codeOfNoName = (path: string): string => noNames[/([^/]*)\/*$/.exec(path)?.[1] ?? ""] ?? "EBUSY"

/**
 * Removes everything that can be removed, and then throws the first failure. A mount point fails with EBUSY, even in
 * `rmdir(2)` of a directory that is not empty, so no mount is entered.
 */
const removeAll = (place: string): void => {
  try {
    if (!Fs.lstatSync(place).isDirectory()) return Fs.unlinkSync(place)
    return Fs.rmdirSync(place)
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOTEMPTY") throw error
  }
  let failure: { readonly error: unknown } | undefined
  for (const name of Fs.readdirSync(place)) {
    try {
      removeAll(`${place}/${name}`)
    } catch (error) {
      failure ??= { error }
    }
  }
  if (failure !== undefined) throw failure.error
  Fs.rmdirSync(place)
}

const remove = (twin: Twin, path: string, recursive: boolean): void => {
  const isDirectory = twin.isDirectory(path, "keep")
  if (isDirectory && !recursive) refuse("ERR_FS_EISDIR")
  const name = twin.name(path, codeOfNoName(path))
  if (!isDirectory) return Fs.unlinkSync(name)
  if (Fs.lstatSync(name.replace(/\/+$/, "")).isSymbolicLink()) refuse("ENOTDIR")
  // Node would empty a mount.
  if (twin.hasMounts) removeAll(name)
  else Fs.rmSync(name, { recursive: true })
}

/** Creates one directory after the other, each where the kernel resolves the path so far. */
const makeDirectories = (twin: Twin, path: string): void => {
  const ends = [...path.matchAll(/[^/]+/g)].map(({ 0: name, index }) => index + name.length)
  if (path === "") refuse("ENOENT")
  for (const end of ends) {
    const soFar = path.slice(0, end)
    if (twin.findIfThere(soFar) !== undefined) continue
    const name = twin.name(soFar, "ENOENT")
    // A dangling link is in the way.
    if (Fs.lstatSync(name, { throwIfNoEntry: false }) !== undefined) refuse(end === ends.at(-1) ? "ENOENT" : "ENOTDIR")
    Fs.mkdirSync(name)
  }
  if (!twin.isDirectory(path, "follow")) refuse("EEXIST")
}

/** The destination of a copy. Its name is unique, so it does not exist before. */
const copyTo = ({ k, other }: Arguments): string => `${other}/copy-${k}`

/**
 * Whether to copy a path. A directory is only copied if the policy refuses it, since the trees would grow too large.
 */
const isCopied = async (fs: PlainFileSystem, path: string): Promise<boolean> => {
  const real = await fs.realPath(path).catch(() => undefined)
  return real === undefined || (await fs.stat(path)).type !== "Directory"
}

const leadsToDirectory = (twin: Twin, path: string): boolean => {
  try {
    return twin.isDirectory(path, "follow")
  } catch {
    return false
  }
}

const copy = (twin: Twin, args: Arguments): unknown => {
  const { path } = args
  if (leadsToDirectory(twin, path)) return "not copied"
  const from = twin.host(path, "keep")
  const to = copyTo(args)
  twin.findIfThere(to, "keep")
  makeDirectories(twin, to.slice(0, to.lastIndexOf("/") + 1) || ".")
  const name = twin.name(to, "EISDIR")
  if (Fs.lstatSync(from).isSymbolicLink()) Fs.symlinkSync(Fs.readlinkSync(from), name)
  else Fs.copyFileSync(from, name)
  return "copied"
}

const copyFile = (twin: Twin, { other, path }: Arguments): void => {
  const from = twin.host(path)
  if (Fs.statSync(from).isDirectory()) {
    twin.couldCreate(other)
    refuse("EISDIR")
  }
  const data = Fs.readFileSync(from)
  const mode = Fs.statSync(from).mode & 0o777
  const { ino } = Fs.statSync(from)
  opened(twin, other, O_CREAT | O_WRONLY, (fd) => {
    if (Fs.fstatSync(fd).ino === ino) return
    Fs.ftruncateSync(fd)
    Fs.writeSync(fd, data)
    Fs.fchmodSync(fd, mode)
  })
}

/** Creates a temporary file or directory, and compares where it is, according to the returned path. */
const temporary = (made: (fs: PlainFileSystem, directory: string) => Promise<string>, isFile: boolean): Method => ({
  subject: async (fs, { path }) => {
    const found = await made(fs, path)
    const directory = isFile ? found.slice(0, found.lastIndexOf("/")) : found
    const real = await fs.realPath(directory)
    await fs.remove(directory, { recursive: true })
    return real.slice(0, real.lastIndexOf("/") + 1)
  },
  judge: (twin, { path }) => {
    const place = twin.parent(`${path.replace(/\/+$/, "")}/t123456`) ?? refuse("EEXIST")
    return place.directory === "/" ? "/" : `${place.directory}/`
  }
})

const scoped = (
  made: (
    fs: PlainFileSystem,
    directory: string
  ) => Promise<{ readonly path: string; readonly close: () => Promise<void> }>,
  isFile: boolean
): Method => ({
  subject: async (fs, { path }) => {
    const { close, path: found } = await made(fs, path)
    const real = await fs.realPath(isFile ? found.slice(0, found.lastIndexOf("/")) : found)
    await close()
    return real.slice(0, real.lastIndexOf("/") + 1)
  },
  judge: temporary(() => Promise.resolve(""), isFile).judge
})

const options = (directory: string) => ({ directory, prefix: "t" })

/** The methods of every edition. */
export const methods: Readonly<Record<string, Method>> = {
  access: {
    subject: (fs, { path }) => fs.access(path),
    judge: (twin, { path }) => void Fs.accessSync(twin.host(path))
  },
  chmod: {
    subject: (fs, { k, path }) => fs.chmod(path, modeOf(k)),
    judge: (twin, { k, path }) => Fs.chmodSync(twin.host(path), modeOf(k))
  },
  chown: {
    subject: (fs, { path }) => fs.chown(path, ...ids),
    judge: (twin, { path }) => Fs.chownSync(twin.host(path), ...ids)
  },
  copy: {
    subject: async (fs, args) => {
      if (!await isCopied(fs, args.path)) return "not copied"
      await fs.copy(args.path, copyTo(args))
      return "copied"
    },
    judge: copy
  },
  copyFile: { subject: (fs, { other, path }) => fs.copyFile(path, other), judge: copyFile },
  exists: {
    subject: (fs, { path }) => fs.exists(path),
    judge: (twin, { path }) => twin.findIfThere(path) !== undefined
  },
  link: {
    subject: (fs, { other, path }) => fs.link(path, other),
    judge: (twin, { other, path }) => Fs.linkSync(twin.host(path, "keep"), twin.name(other, "EEXIST"))
  },
  makeDirectory: {
    subject: (fs, { path }) => fs.makeDirectory(path),
    judge: (twin, { path }) => Fs.mkdirSync(twin.name(path, "EEXIST"))
  },
  makeDirectories: {
    subject: (fs, { k, path }) => fs.makeDirectory(`${path}/new-${k}/x/`, { recursive: true }),
    judge: (twin, { k, path }) => makeDirectories(twin, `${path}/new-${k}/x/`)
  },
  makeTempDirectory: temporary((fs, path) => fs.makeTempDirectory(options(path)), false),
  makeTempDirectoryScoped: scoped((fs, path) => fs.makeTempDirectoryScoped(options(path)), false),
  makeTempFile: temporary((fs, path) => fs.makeTempFile({ ...options(path), suffix: ".txt" }), true),
  makeTempFileScoped: scoped((fs, path) => fs.makeTempFileScoped(options(path)), true),
  open: {
    subject: async (fs, { path }) => (await fs.open(path, { flag: "r+" })).close(),
    judge: (twin, { path }) => void opened(twin, path, O_RDWR)
  },
  openNew: {
    subject: async (fs, { path }) => (await fs.open(path, { flag: "wx" })).close(),
    judge: (twin, { path }) => void opened(twin, path, O_CREAT | O_EXCL | O_WRONLY)
  },
  readDirectory: {
    subject: async (fs, { path }) => sorted(await fs.readDirectory(path)),
    judge: (twin, { path }) => sorted(Fs.readdirSync(twin.host(path)))
  },
  readTree: {
    subject: async (fs, { path }) => sorted(await fs.readDirectory(path, { recursive: true })),
    judge: (twin, { path }) => namesBelow(twin, path)
  },
  readFile: {
    subject: async (fs, { path }) => Buffer.from(await fs.readFile(path)).toString(),
    judge: (twin, { path }) => Fs.readFileSync(twin.host(path), "utf8")
  },
  readFileString: {
    subject: (fs, { path }) => fs.readFileString(path),
    judge: (twin, { path }) => Fs.readFileSync(twin.host(path), "utf8")
  },
  readLink: {
    subject: (fs, { path }) => fs.readLink(path),
    judge: (twin, { path }) => Fs.readlinkSync(twin.host(path, "keep"))
  },
  realPath: { subject: (fs, { path }) => fs.realPath(path), judge: (twin, { path }) => twin.find(path) },
  remove: { subject: (fs, { path }) => fs.remove(path), judge: (twin, { path }) => remove(twin, path, false) },
  removeTree: {
    subject: (fs, { path }) => fs.remove(path, { recursive: true }),
    judge: (twin, { path }) => remove(twin, path, true)
  },
  rename: {
    subject: (fs, { other, path }) => fs.rename(path, other),
    judge: (twin, { other, path }) => {
      const [from, to] = [twin.parent(path), twin.parent(other)]
      if (from === undefined || to === undefined) return refuse("EBUSY")
      Fs.renameSync(twin.at(from), twin.at(to))
    }
  },
  sink: {
    subject: (fs, { k, path }) => fs.sink(path, undefined, [bytesOf(k)]),
    judge: (twin, { k, path }) => void opened(twin, path, O_CREAT | O_TRUNC | O_WRONLY, write(k))
  },
  stat: {
    subject: async (fs, { path }) => (await fs.stat(path)).type,
    judge: (twin, { path }) => Fs.statSync(twin.host(path)).isDirectory() ? "Directory" : "File"
  },
  stream: {
    subject: async (fs, { path }) => Buffer.from(await fs.stream(path)).toString(),
    judge: (twin, { path }) => Fs.readFileSync(twin.host(path), "utf8")
  },
  symlink: {
    subject: (fs, { other, path }) => fs.symlink(other, path),
    judge: (twin, { other, path }) => {
      if (other === "") refuse("ENOENT")
      Fs.symlinkSync(other, twin.name(path, "EEXIST"))
    }
  },
  truncate: {
    subject: (fs, { k, path }) => fs.truncate(path, k % 7),
    judge: (twin, { k, path }) => Fs.truncateSync(twin.host(path), k % 7)
  },
  utimes: {
    subject: (fs, { k, path }) => fs.utimes(path, timeOf(k), timeOf(k)),
    judge: (twin, { k, path }) => Fs.utimesSync(twin.host(path), timeOf(k), timeOf(k))
  },
  watch: {
    subject: async (fs, { path }) => {
      const watch = fs.watch(path, undefined, nothing)
      // If the path does not exist, the watch must fail. Otherwise it does not end.
      const leads = await fs.access(path).then(() => true, () => false)
      await Promise.race([watch.ended, new Promise((resolve) => setTimeout(resolve, leads ? 0 : 5_000))])
      await watch.stop()
    },
    judge: (twin, { path }) => void twin.find(path)
  },
  writeFile: {
    subject: (fs, { k, path }) => fs.writeFile(path, bytesOf(k)),
    judge: (twin, { k, path }) => void opened(twin, path, O_CREAT | O_TRUNC | O_WRONLY, write(k))
  },
  writeFileString: {
    subject: (fs, { k, path }) => fs.writeFileString(path, textOf(k), { flag: "a" }),
    judge: (twin, { k, path }) => void opened(twin, path, O_CREAT | O_APPEND | O_WRONLY, write(k))
  }
}

const absent = (): never => {
  throw new Error("this edition has no newer methods")
}

/** The methods that only newer editions have. */
export const newerMethods: Readonly<Record<string, Method>> = {
  lstat: {
    subject: async ({ newer = absent() }, { path }) => (await newer.lstat(path)).type,
    judge: (twin, { path }) => {
      const stat = Fs.lstatSync(twin.host(path, "keep"))
      return stat.isSymbolicLink() ? "SymbolicLink" : stat.isDirectory() ? "Directory" : "File"
    }
  },
  readDirectoryEntries: {
    subject: async ({ newer = absent() }, { path }) =>
      sorted((await newer.readDirectoryEntries(path)).map(({ name }) => name)),
    judge: (twin, { path }) => sorted(Fs.readdirSync(twin.host(path)))
  },
  openNoFollow: {
    subject: async ({ newer = absent() }, { path }) => (await newer.openNoFollow(path)).close(),
    judge: (twin, { path }) => void opened(twin, path, O_RDONLY | O_NOFOLLOW)
  },
  makeNoFollow: {
    subject: async ({ newer = absent() }, { path }) => (await newer.openNoFollow(path, { flag: "a" })).close(),
    judge: (twin, { path }) => void opened(twin, path, O_CREAT | O_APPEND | O_WRONLY | O_NOFOLLOW)
  }
}
