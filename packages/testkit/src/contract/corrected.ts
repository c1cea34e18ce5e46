/** Node's own file system, where it must be asked for something else to do as the kernel, or as the contract of `FileSystem`, says. */
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

/** Methods that ask Node for something else than the layer does. */
export const corrected = (fs: PlainFileSystem): PlainFileSystem => ({
  ...fs,
  // `fs.realpath` removes `..` and slashes from the text before it looks; the native one is realpath(3), which minds no
  // length.
  realPath: (path) =>
    ask("realPath", path, async () => {
      await Fs.promises.stat(path).catch(saying("realpath"))
      return Fs.promises.realpath(path)
    }),
  ...temporary,
  copy: (from, to, options) => ask("copy", from, () => copy(from, to, options)),
  // `fs.rm` takes `x/..` for x's parent and empties it; and where slashes lead through a link it says that all is well.
  remove: (path, options) =>
    options?.recursive === true && (/(^|\/)\.\.\/*$/.test(path) || isLinkWithSlash(path))
      ? ask("remove", path, () => removeEmpty(path, options))
      : fs.remove(path, options),
  // Node goes through links, where a link to a parent makes a listing 40 levels deep.
  readDirectory: async (path, options) => {
    if (options?.recursive !== true) return fs.readDirectory(path, options)
    await fs.readDirectory(path)
    return ask("readDirectory", path, () => list(path))
  },
  // Of an invalid date Node makes UTIME_OMIT since 22.
  utimes: (path, atime, mtime) =>
    [atime, mtime].some(isInvalid)
      ? ask("utime", path, async () => {
        await Fs.promises.stat(path).catch(saying("utime"))
        throw Object.assign(new Error("invalid date"), { code: "EINVAL", syscall: "utime" })
      })
      : fs.utimes(path, atime, mtime),
  // Since 26, Node makes no call to write nothing, so it succeeds even if the file is only open for reading.
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

/** The error of a question before the question names the system call that the method makes. */
const saying = (syscall: string) => (error: object): never => {
  throw Object.assign(error, { syscall })
}

/** From the directory's own path, without `..` in its text. */
const list = async (path: string) => {
  const directory = await Fs.promises.realpath(path)
  return entriesBelow(directory).map(({ name, parentPath }) => relative(directory, join(parentPath, name)))
}

/**
 * `fs.cp` rewrites relative links from the text of the path, where `cp -r`, as which `copy` is documented, keeps them; it
 * compares the texts of links as if they were paths in the working directory, and overwrites links unasked; and it takes
 * the text before a last `..` for the parent of the destination.
 */
const copy = async (from: string, to: string, options: Options<"copy"> = {}) => {
  const overwrite = options.overwrite ?? false
  // Node refuses these before it looks at anything.
  if (`${from}${to}`.includes("\0")) return Fs.promises.cp(from, to)
  if (to === "") {
    await Fs.promises.lstat(from)
    await Fs.promises.lstat(to)
  }
  if (await replacesByLink(from, to)) {
    if (!overwrite) return
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

/** Where the parents of the destination are missing, Node does not look further up, and a link leads it in a circle. */
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

/**
 * Node's layer removes `..` from the directory that it is passed before it looks, and joins what is put in front of a random
 * name in the same way.
 */
const makeTemporary = (
  method: string,
  { directory = "/tmp", prefix = "" }: Options<"makeTempFile"> = {}
): Promise<string> => {
  const text = `${directory.replace(/\/+$/, "")}/${prefix}`
  return ask(method, text, () => Fs.promises.mkdtemp(text))
}

const makeTemporaryFile = async (method: string, options?: Options<"makeTempFile">): Promise<string> => {
  const directory = await makeTemporary(method, options)
  const path = `${directory}/${randomBytes(6).toString("hex")}${options?.suffix ?? ""}`
  await ask(method, path, () => Fs.promises.writeFile(path, ""))
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
