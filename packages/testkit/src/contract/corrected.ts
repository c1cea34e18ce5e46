/**
 * Node's own file system as the judge, with other calls for the methods that would not do what the kernel does or what
 * the contract of `FileSystem` says.
 */
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs"
import { dirname, join, relative } from "node:path"
import { type PlainFileSystem, type PlainTemporary } from "../edition.js"
import { entriesBelow } from "../tree.js"
import { ask } from "./asking.js"
import { cp } from "./cp.js"
import { newer } from "./newer.js"

type Options<M extends "copy" | "makeTempFile" | "remove"> = NonNullable<
  Parameters<PlainFileSystem[M]>[M extends "makeTempFile" ? 0 : M extends "remove" ? 1 : 2]
>

/** Replaces methods of Effect's layer for Node. */
export const corrected = (fs: PlainFileSystem): PlainFileSystem => ({
  ...fs,
  // `fs.realpath` removes `..` and slashes from the text before it looks at files. The native one is realpath(3), which
  // accepts paths of any length; `stat` does not.
  realPath: (path) =>
    ask("realPath", path, async () => {
      await Fs.promises.stat(path).catch(saying("realpath"))
      return Fs.promises.realpath(path)
    }),
  ...temporary,
  copy: (from, to, options) => ask("copy", from, () => copy(from, to, options)),
  // `fs.rm` reads `x/..` as the parent of `x` and empties it. If slashes follow a link, it reports success.
  remove: (path, options) =>
    options?.recursive === true && (/(^|\/)\.\.\/*$/.test(path) || isLinkWithSlash(path))
      ? ask("remove", path, () => removeEmpty(path, options))
      : fs.remove(path, options),
  // Node follows links, so a link to a parent makes a listing 40 levels deep.
  readDirectory: async (path, options) => {
    if (options?.recursive !== true) return fs.readDirectory(path, options)
    await fs.readDirectory(path)
    return ask("readDirectory", path, () => list(path))
  },
  // Since version 22, Node passes UTIME_OMIT for an invalid date.
  utimes: (path, atime, mtime) =>
    [atime, mtime].some(isInvalid)
      ? ask("utime", path, async () => {
        await Fs.promises.stat(path).catch(saying("utime"))
        throw Object.assign(new Error("invalid date"), { code: "EINVAL", syscall: "utime" })
      })
      : fs.utimes(path, atime, mtime),
  // Since version 26, Node does not call write(2) for no bytes, so it succeeds even if the file
  // is only open for reading.
  writeFile: (path, data, options) =>
    data.length === 0 && options?.flag === "r"
      ? ask("writeFile", path, () => writeNothing(path))
      : fs.writeFile(path, data, options),
  writeFileString: (path, text, options) =>
    text === "" && options?.flag === "r"
      ? ask("writeFile", path, () => writeNothing(path))
      : fs.writeFileString(path, text, options),
  newer: newer(fs)
})

const isInvalid = (time: Date | number): boolean => typeof time !== "number" && Number.isNaN(time.getTime())

const writeNothing = async (path: string) => {
  const file = await Fs.promises.open(path, "r")
  try {
    Fs.writeSync(file.fd, "")
  } finally {
    await file.close()
  }
}

const removeEmpty = async (path: string, { force = false }: Options<"remove">) => {
  const found = await Fs.promises.stat(path).catch((error: NodeJS.ErrnoException) => {
    if (!force || error.code !== "ENOENT") return saying("lstat")(error)
  })
  return found && Fs.promises.rmdir(path)
}

/** Lets an error of a preliminary call name the system call of the method. */
const saying = (syscall: string) => (error: object): never => {
  throw Object.assign(error, { syscall })
}

/** Lists a directory recursively, by its real path, which contains no `..`. */
const list = async (path: string) => {
  const directory = await Fs.promises.realpath(path)
  return entriesBelow(directory).map(({ name, parentPath }) => relative(directory, join(parentPath, name)))
}

/**
 * `copy` is documented to work like `cp -r`, but `fs.cp` differs: it rewrites relative links from the text of the path
 * instead of keeping them; it compares the texts of links as if they were paths in the working directory; it overwrites
 * links without `overwrite`; it never replaces a file by a link, as `cp` does unless the link leads to that file; and it
 * treats the text before a final `..` as the parent of the destination.
 */
const copy = async (from: string, to: string, options: Options<"copy"> = {}) => {
  const overwrite = options.overwrite ?? false
  // Node refuses these before it looks at any file.
  if (`${from}${to}`.includes("\0")) return Fs.promises.cp(from, to)
  if (to === "") {
    await Fs.promises.lstat(from)
    await Fs.promises.lstat(to)
  }
  if (await replacesByLink(from, to)) {
    if (!overwrite) return
    if (await leadsTo(from, to)) {
      throw Object.assign(new Error("a link to the file"), { code: "ERR_FS_CP_EINVAL", syscall: "cp" })
    }
    const text = await Fs.promises.readlink(from)
    await Fs.promises.unlink(to)
    return Fs.promises.symlink(text, to)
  }
  if (await isIntoItself(from, to)) {
    throw Object.assign(new Error("into itself"), { code: "ERR_FS_CP_EINVAL", syscall: "cp" })
  }
  const target = /(^|\/)\.\.$/.test(to) ? await Fs.promises.realpath(to).catch(() => to) : to
  return cp(from, target, overwrite, options.preserveTimestamps ?? false)
}

/**
 * Whether a directory would be copied into itself. If the parents of the destination are missing, Node does not look
 * further up, and would copy in a loop if the path leads through a link.
 */
const isIntoItself = async (from: string, to: string): Promise<boolean> => {
  const there = (path: string) => Fs.promises.realpath(path).catch(() => undefined)
  const reached = await Fs.promises.lstat(to).catch(({ code }: NodeJS.ErrnoException) => code)
  if (reached !== "ENOENT" || !(await Fs.promises.lstat(from)).isDirectory()) return false
  for (let above = dirname(to); above !== "." && above !== "/"; above = dirname(above)) {
    const found = await there(above)
    if (found !== undefined) return !relative(await Fs.promises.realpath(from), found).startsWith("..")
  }
  return false
}

const replacesByLink = async (from: string, to: string): Promise<boolean> => {
  if (!(await Fs.promises.lstat(from)).isSymbolicLink()) return false
  const old = await Fs.promises.lstat(to).catch(() => undefined)
  return old !== undefined && !old.isDirectory() && old.ino !== (await Fs.promises.lstat(from)).ino
}

/** Whether a link leads to the file that it would replace. */
const leadsTo = async (link: string, to: string): Promise<boolean> => {
  const target = await Fs.promises.stat(link).catch(() => undefined)
  return target !== undefined && target.ino === (await Fs.promises.lstat(to)).ino
}

/**
 * Effect's layer for Node removes `..` from the text of `directory` and `prefix` before it looks
 * at files; this does not.
 */
const makeTemporary = (
  method: string,
  { directory = "/tmp", prefix = "" }: Options<"makeTempFile"> = {}
): Promise<string> => {
  const text = `${directory.replace(/\/+$/, "")}/${prefix}`
  return ask(method, text, () => Fs.promises.mkdtemp(text))
}

/** If the file cannot be created, nothing is left. Effect's layer for Node leaves the directory. */
const makeTemporaryFile = async (method: string, options?: Options<"makeTempFile">): Promise<string> => {
  const directory = await makeTemporary(method, options)
  const path = `${directory}/${randomBytes(6).toString("hex")}${options?.suffix ?? ""}`
  try {
    await ask(method, path, () => Fs.promises.writeFile(path, ""))
  } catch (error) {
    await Fs.promises.rmdir(directory)
    throw error
  }
  return path
}

const scoped = (path: string, removed: string): PlainTemporary => ({
  path,
  close: () => Fs.promises.rm(removed, { recursive: true })
})

const temporary = {
  makeTempDirectory: (options) => makeTemporary("makeTempDirectory", options),
  makeTempDirectoryScoped: async (options) => {
    const path = await makeTemporary("makeTempDirectoryScoped", options)
    return scoped(path, path)
  },
  makeTempFile: (options) => makeTemporaryFile("makeTempFile", options),
  makeTempFileScoped: async (options) => {
    const path = await makeTemporaryFile("makeTempFileScoped", options)
    return scoped(path, dirname(path))
  }
} satisfies Partial<PlainFileSystem>

const isLinkWithSlash = (path: string): boolean => {
  try {
    return path.endsWith("/") && Fs.lstatSync(path).isDirectory() &&
      Fs.lstatSync(path.replace(/\/+$/, "")).isSymbolicLink()
  } catch {
    return false
  }
}
