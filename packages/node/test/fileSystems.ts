/** Node's own file system and those of the edition with promises, for programs that take `fs` as an argument. */
import { directory, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import type { Dir } from "node:fs"
import * as NodePromises from "node:fs/promises"

/** The part of `node:fs/promises` that the tests use. The compiler checks that the edition has it too. */
export type Fs =
  & Pick<
    typeof NodePromises,
    | "access"
    | "appendFile"
    | "chmod"
    | "chown"
    | "copyFile"
    | "cp"
    | "lchown"
    | "link"
    | "lstat"
    | "lutimes"
    | "mkdir"
    | "mkdtemp"
    | "readFile"
    | "readdir"
    | "readlink"
    | "realpath"
    | "rename"
    | "rm"
    | "rmdir"
    | "stat"
    | "statfs"
    | "symlink"
    | "truncate"
    | "unlink"
    | "utimes"
    | "watch"
    | "writeFile"
  >
  & {
    readonly constants: Pick<
      typeof NodePromises.constants,
      "O_RDWR" | "O_CREAT" | "O_NOFOLLOW" | "X_OK" | "COPYFILE_EXCL"
    >
    readonly open: (
      path: string,
      flags?: string | number,
      mode?: number | string
    ) => Promise<
      & Pick<
        NodePromises.FileHandle,
        | "appendFile"
        | "chmod"
        | "chown"
        | "close"
        | "createReadStream"
        | "createWriteStream"
        | "fd"
        | "read"
        | "readFile"
        | "readLines"
        | "readableWebStream"
        | "readv"
        | "stat"
        | "sync"
        | "truncate"
        | "utimes"
        | "write"
        | "writeFile"
        | "writev"
      >
      & AsyncDisposable
    >
    readonly opendir: (path: string) => Promise<
      & AsyncIterable<{ readonly name: string }>
      & Pick<Dir, "close" | "closeSync" | "read" | "readSync">
    >
  }

/** Runs a program in an empty directory, and passes it the path, which is empty for a root. */
export type Run = <A>(program: (fs: Fs, base: string) => Promise<A>) => Promise<A>

/** What only functions with promises take: open files, data in pieces, and signals. */
const isForPromises = (argument: unknown): boolean =>
  typeof argument === "object" && argument !== null && !ArrayBuffer.isView(argument) &&
  ("fd" in argument || "signal" in argument || Symbol.iterator in argument || Symbol.asyncIterator in argument)

type Call = (...args: ReadonlyArray<unknown>) => unknown

/** The synchronous functions, with promises. Those that are missing have promises anyway. */
const synchronous = ({ promises, sync }: Pick<OpenRoot, "promises" | "sync">): Fs => {
  const all: Readonly<Record<string, unknown>> = { ...sync }
  const functions = Object.entries(promises).flatMap(([name, call]) => {
    const callSync = all[`${name}Sync`]
    // The types of the functions differ from each other, but not from those of the functions with promises.
    return name === "open" || typeof callSync !== "function" ? [] : [[
      name,
      async (...args: ReadonlyArray<unknown>) => (args.some(isForPromises) ? call as Call : callSync as Call)(...args)
    ]]
  })
  return { ...promises, ...Object.fromEntries(functions) }
}

export const runs: Readonly<Record<"node" | "kernel" | "walk" | "memory" | "sync", Run>> = {
  node: async (program) => {
    using directory = temporary()
    return await program(NodePromises, directory.path)
  },
  kernel: async (program) => {
    using directory = temporary()
    await using root = await openRoot(directory.path)
    return await program(root.promises, "")
  },
  walk: async (program) => {
    using directory = temporary()
    await using root = await openRoot(directory.path, { strategy: "walk" })
    return await program(root.promises, "")
  },
  sync: async (program) => {
    using directory = temporary()
    await using root = await openRoot(directory.path)
    return await program(synchronous(root), "")
  },
  memory: async (program) => {
    const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    await using root = openMemoryRoot({ "/": directory(user) }, { user })
    return await program(root.promises, "")
  }
}
