/** A view of a file system that can be closed. */
import { root } from "@procfsroot/path/RootedPath"
import type { Errno } from "../Errno.js"
import type { WaitingFileSystem } from "../FileSystem.js"
import { unresolved } from "./errno.js"
import { closed as rootClosed } from "./resolveFailure.js"

/** @internal */
export const closed = (path: string): Errno =>
  unresolved("EBADF", { path, outcome: undefined, failure: rootClosed(root, path) })

type Operation = (path: string, ...others: ReadonlyArray<unknown>) => unknown

const isOperation = (value: unknown): value is Operation => typeof value === "function"

/** @internal */
export const closable = <F>(fileSystem: WaitingFileSystem<F>, isOpen: () => boolean): WaitingFileSystem<F> => {
  const whileOpen = <A extends object>(operations: A): A =>
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]: [string, unknown]) => [
        name,
        isOperation(operation)
          ? (...args: Parameters<Operation>) => {
            if (!isOpen()) throw closed(args[0])
            return operation(...args)
          }
          : operation
      ])
    ) as A // the same names, and operations that take and return the same
  return { ...whileOpen(fileSystem), rootDirectory: whileOpen(fileSystem.rootDirectory) }
}
