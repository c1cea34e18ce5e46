/** The file system of the edition with promises, in the form that the suites use. */
import { constants, type Promises } from "@procfsroot/node/Promises"
import type {
  NewerMethods,
  OpenFlag,
  OpenOptions,
  PlainFile,
  PlainFileSystem,
  PlainTemporary,
  PlainWatch,
  WatchEvent
} from "@procfsroot/testkit/edition"
import { checkCount, checkTexts } from "@procfsroot/vfs/Arguments"
import { reasonOf } from "@procfsroot/vfs/Errno"
import { temporaryPrefix } from "@procfsroot/vfs/Method"
import { randomBytes } from "node:crypto"
import { calling, callingOnFile } from "./failures.js"
import { handles, info, plainFile, typeOf } from "./file.js"

/** Opens the same root again, for resources that are still used after the first one is closed. */
export type Reopen = () => Promise<{ readonly promises: Promises; readonly close: () => Promise<void> }>

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

const numberOf = (flag: OpenFlag): number =>
  (flag.endsWith("+") ? O_RDWR : flag === "r" ? O_RDONLY : O_WRONLY) |
  (flag.startsWith("r") ? 0 : O_CREAT) |
  (flag.startsWith("w") ? O_TRUNC : 0) |
  (flag.startsWith("a") ? O_APPEND : 0) |
  (flag.includes("x") ? O_EXCL : 0)

interface StreamOptions {
  readonly offset?: number
  readonly bytesToRead?: number
  readonly chunkSize?: number
}

const CHUNK = 65_536

const stream = async (fs: Promises, path: string, options: StreamOptions = {}): Promise<Uint8Array> => {
  const { bytesToRead: size = Number.POSITIVE_INFINITY, chunkSize = CHUNK, offset = 0 } = options
  for (const [name, count] of Object.entries(options)) checkCount(Number(count), name)
  await using file = await fs.open(path)
  const chunks: Array<Uint8Array> = []
  for (let length = 0; length < size;) {
    const buffer = Buffer.alloc(Math.min(chunkSize, size - length))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + length)
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(chunks)
}

/** Writes at positions, as the sinks of Effect do unless they append. */
const sink = async (
  fs: Promises,
  path: string,
  chunks: Iterable<Uint8Array>,
  { flag = "w", mode }: OpenOptions = {}
): Promise<void> => {
  await using file = await fs.open(path, flag, mode)
  let position = 0
  for (const chunk of chunks) {
    for (let rest = chunk; rest.length > 0;) {
      const { bytesWritten } = await file.write(rest, 0, rest.length, flag.startsWith("a") ? null : position)
      position += bytesWritten
      rest = rest.subarray(bytesWritten)
    }
  }
}

const makeFile = async (fs: Promises, prefix: string, suffix = ""): Promise<string> => {
  checkTexts([suffix])
  const directory = await fs.mkdtemp(prefix)
  const path = `${directory}/${randomBytes(6).toString("hex")}${suffix}`
  try {
    await fs.writeFile(path, "", { flag: "wx+" })
  } catch (error) {
    await fs.rm(directory, { recursive: true })
    throw error
  }
  return path
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

const watch = (
  fs: Promises,
  path: string,
  options: { readonly recursive?: boolean } | undefined,
  tell: (event: WatchEvent) => void
): PlainWatch => {
  const over = new AbortController()
  const follow = async () => {
    try {
      for await (const { eventType, filename } of fs.watch(path, { ...options, signal: over.signal })) {
        tell({ type: eventType === "change" ? "Update" : "Create", path: String(filename) })
      }
    } catch (error) {
      if (error === over.signal.reason && over.signal.aborted) return
      // Effect's `watch` asks for the file's attributes first, and its error is the one of that call.
      await fs.stat(path)
      throw error
    }
  }
  const ended = calling("watch", path, follow)
  // The caller of `stop` need not wait for the end.
  ended.catch(() => {})
  return {
    ended,
    stop: async () => {
      over.abort()
      await ended.catch(() => {})
    }
  }
}

const opened = (fs: Promises, path: string, { flag = "r", mode }: OpenOptions = {}, more = 0): Promise<PlainFile> =>
  calling(
    "open",
    path,
    async () => plainFile(await fs.open(path, more === 0 ? flag : numberOf(flag) | more, mode), flag)
  )

const newer = (fs: Promises): NewerMethods => ({
  lstat: (path) => calling("lstat", path, async () => info(await fs.lstat(path))),
  readDirectoryEntries: (path) =>
    calling(
      "readDirectoryEntries",
      path,
      async () =>
        (await fs.readdir(path, { withFileTypes: true })).map((entry) => ({ name: entry.name, type: typeOf(entry) }))
    ),
  openNoFollow: (path, options) => opened(fs, path, options, O_NOFOLLOW),
  readAt: (plain, buffer, position) => {
    const handle = handles.get(plain)
    if (handle === undefined) throw new Error("this file belongs to another file system")
    const part = { position: position as unknown as number } // bigints are allowed as well
    return calling("read", handle.fd, async () => (await handle.read(buffer, part)).bytesRead)
  }
})

/** The promises have no default directory for temporary files, so the caller passes one. */
export const plainFileSystem = (fs: Promises, reopen: Reopen, temporaryDirectory = "/tmp"): PlainFileSystem => {
  /** Removes the temporary file or directory on `close`, since nothing in this edition removes it by itself. */
  const scoped = async (
    method: string,
    options: Parameters<PlainFileSystem["makeTempDirectory"]>[0],
    make: (prefix: string) => Promise<string>,
    directoryOf: (path: string) => string
  ): Promise<PlainTemporary> => {
    const prefix = temporaryPrefix(temporaryDirectory, options)
    const path = await calling(method, prefix, () => make(prefix))
    const { close, promises } = await reopen()
    return {
      path,
      close: async () => {
        await calling(method, path, () => promises.rm(directoryOf(path), { force: true, recursive: true }))
        await close()
      }
    }
  }

  return {
    access: (path, { readable = false, writable = false } = {}) =>
      calling(
        "access",
        path,
        () => fs.access(path, (readable ? constants.R_OK : 0) | (writable ? constants.W_OK : 0))
      ),
    chmod: (path, mode) => calling("chmod", path, () => fs.chmod(path, mode)),
    chown: (path, uid, gid) => calling("chown", path, () => fs.chown(path, uid, gid)),
    copy: (from, to, { overwrite: force = false, preserveTimestamps = false } = {}) =>
      calling("copy", from, () => fs.cp(from, to, { force, preserveTimestamps, recursive: true })),
    copyFile: (from, to) => calling("copyFile", from, () => fs.copyFile(from, to)),
    exists: (path) =>
      calling("access", path, async () => {
        try {
          await fs.access(path)
          return true
        } catch (error) {
          const { code = "" } = error as NodeJS.ErrnoException // as documented
          if (reasonOf(code) === "NotFound") return false
          throw error
        }
      }),
    link: (from, to) => calling("link", from, () => fs.link(from, to)),
    makeDirectory: (path, options) =>
      calling("makeDirectory", path, async () => {
        await fs.mkdir(path, options)
      }),
    makeTempDirectory: (options) => {
      const prefix = temporaryPrefix(temporaryDirectory, options)
      return calling("makeTempDirectory", prefix, () => fs.mkdtemp(prefix))
    },
    makeTempDirectoryScoped: (options) =>
      scoped("makeTempDirectoryScoped", options, (prefix) => fs.mkdtemp(prefix), (path) => path),
    makeTempFile: (options) => {
      const prefix = temporaryPrefix(temporaryDirectory, options)
      return calling("makeTempFile", prefix, () => makeFile(fs, prefix, options?.suffix))
    },
    makeTempFileScoped: (options) =>
      scoped("makeTempFileScoped", options, (prefix) => makeFile(fs, prefix, options?.suffix), parentOf),
    open: (path, options) => opened(fs, path, options),
    readDirectory: (path, { recursive = false } = {}) =>
      calling("readDirectory", path, () => fs.readdir(path, { recursive })),
    readFile: (path) => calling("readFile", path, () => fs.readFile(path)),
    readFileString: (path, encoding = "utf8") =>
      calling("readFile", path, async () => new TextDecoder(encoding).decode(await fs.readFile(path))),
    readLink: (path) => calling("readLink", path, () => fs.readlink(path)),
    realPath: (path) => calling("realPath", path, () => fs.realpath(path)),
    remove: (path, options) => calling("remove", path, () => fs.rm(path, options)),
    rename: (from, to) => calling("rename", from, () => fs.rename(from, to)),
    sink: (path, options, chunks) => callingOnFile(path, () => sink(fs, path, chunks, options)),
    stat: (path) => calling("stat", path, async () => info(await fs.stat(path))),
    stream: (path, options) => callingOnFile(path, () => stream(fs, path, options)),
    symlink: (target, path) => calling("symlink", target, () => fs.symlink(target, path)),
    truncate: (path, length) => calling("truncate", path, () => fs.truncate(path, length)),
    utimes: (path, atime, mtime) => calling("utime", path, () => fs.utimes(path, atime, mtime)),
    watch: (path, options, tell) => watch(fs, path, options, tell),
    writeFile: (path, bytes, options) => calling("writeFile", path, () => fs.writeFile(path, bytes, options)),
    writeFileString: (path, text, options) => calling("writeFile", path, () => fs.writeFile(path, text, options)),
    newer: newer(fs)
  }
}
