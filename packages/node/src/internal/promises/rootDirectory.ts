/** What a root can do beyond `fs.promises`, with promises. */
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import type { EntryReader } from "@procfsroot/vfs/RootDirectory"
import type { Descriptor, RootDirectory } from "../../RootDirectory.js"
import { FileHandle } from "./fileHandle.js"
import { type Backend, run, runOnFile, runSync } from "./perform.js"
import { bytesOf } from "./texts.js"

const DEFAULT_MODE = 0o666

/** The entries of a reader, one by one. Whatever ends this closes it. */
async function* entriesOf<F, A>(
  backend: Backend<F>,
  path: string,
  open: () => EntryReader<A>,
  signal: AbortSignal | undefined
): AsyncGenerator<A, void> {
  signal?.throwIfAborted()
  const reader = runSync(backend, "scandir", [path], open)
  try {
    for (;;) {
      // Like a file, an open reader outlives its root.
      const entries = await runOnFile(backend, "scandir", () => reader.next(), signal)
      if (entries.length === 0) return
      for (const entry of entries) {
        signal?.throwIfAborted()
        yield entry
      }
    }
  } finally {
    await runOnFile(backend, "scandir", () => reader.close())
  }
}

/** Only what a descriptor has: nothing is read or written through it here. */
const descriptorOf = <F>(file: FileHandle<F>): Descriptor => {
  const close = () => file.close()
  return {
    get fd() {
      return file.fd
    },
    close,
    [Symbol.asyncDispose]: close
  }
}

/** @internal */
export const rootDirectoryOf = <F>(backend: Backend<F>): RootDirectory => {
  const { fileSystem: fs } = backend
  const { rootDirectory: directory } = fs

  const onPath = async <A>(syscall: string, path: string, use: () => A): Promise<A> =>
    runSync(backend, syscall, [path], use)

  return {
    getExtendedAttribute: (path, name, options) =>
      onPath("getxattr", path, () => directory.getExtendedAttribute(path, name, options)),
    lchown: (path, uid, gid) => onPath("lchown", path, () => directory.lchown(path, uid, gid)),
    listExtendedAttributes: (path, options) =>
      onPath("listxattr", path, () => directory.listExtendedAttributes(path, options)),
    lstat: (path) => onPath("lstat", path, () => directory.lstat(path)),
    lutimes: (path, atime, mtime) => onPath("lutime", path, () => directory.lutimes(path, atime, mtime)),
    makeNode: (path, node, { mode = DEFAULT_MODE } = {}) =>
      onPath("mknod", path, () => directory.makeNode(path, node, mode)),
    openDescriptor: (path, { flag = "r" } = {}) =>
      onPath(
        "open",
        path,
        () => descriptorOf(new FileHandle(backend, fs.open(path, OpenFlags.fromFlag(flag), DEFAULT_MODE)))
      ),
    readDirectoryEntries: (path, { recursive, signal } = {}) =>
      run(backend, "scandir", [path], () => fs.readDirectoryEntries(path, recursive), signal),
    readFileBounded: (path, { maxBytes, signal }) =>
      run(backend, "open", [path], () => directory.readFileBounded(path, maxBytes), signal),
    removeExtendedAttribute: (path, name, options) =>
      onPath("removexattr", path, () => directory.removeExtendedAttribute(path, name, options)),
    rename: async (from, to, { mode }) =>
      runSync(backend, "rename", [from, to], () => directory.rename(from, to, mode)),
    setExtendedAttribute: (path, name, value, options) =>
      onPath("setxattr", path, () => directory.setExtendedAttribute(path, name, value, options)),
    stat: (path) => onPath("stat", path, () => directory.stat(path)),
    statfs: (path) => onPath("statfs", path, () => directory.statfs(path)),
    streamDirectoryEntries: (path, { signal } = {}) =>
      entriesOf(backend, path, () => directory.readEntries(path), signal),
    walkTree: (path, { signal, ...options } = {}) =>
      entriesOf(backend, path, () => directory.walkTree(path, options), signal),
    writeFileAtomic: async (path, data, { signal, ...options } = {}) => {
      const bytes = bytesOf(data, undefined)
      await run(backend, "open", [path], () => directory.writeFileAtomic(path, bytes, options), signal)
    }
  }
}
