/** Reads trees from directories and writes them to directories, with promises. */
import { inOwnContext } from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import { unavailable } from "@procfsroot/vfs/ResolveFailure"
import type { Tree } from "../../MemoryRoot.js"
import type { FromDirectoryOptions, FromTarOptions } from "../../NodeTree.js"
import type { Abortable } from "../../Promises.js"
import * as TreeFiles from "../treeFiles.js"
import { isUnavailable } from "../unavailable.js"
import { checkSignal } from "./arguments.js"
import { errorOf, unavailableError } from "./errors.js"
import { inTurns } from "./turns.js"

const run = inTurns(
  async <A>(path: string, program: Program.Program<A>, signal: AbortSignal | undefined): Promise<A> => {
    checkSignal(signal)
    try {
      return await Program.runPromise(program, signal)
    } catch (thrown) {
      if (!isUnavailable(thrown)) throw errorOf(thrown, { syscall: "open", paths: [path], isRootOpen: () => true })
      throw unavailableError(unavailable(path, thrown.code, thrown.reason), thrown.code, path)
    }
  }
)

/** @internal */
export const fromDirectory = (directory: string, { enter, lazy, signal }: FromDirectoryOptions = {}): Promise<Tree> =>
  run(directory, TreeFiles.fromDirectory(directory, { enter: enter && inOwnContext(enter), lazy }), signal)

/** @internal */
export const fromTar = (file: string, { maxInodes, signal }: FromTarOptions = {}): Promise<Tree> =>
  run(file, TreeFiles.fromTar(file, { maxInodes }), signal)

/** @internal */
export const toDirectory = (tree: Tree, directory: string, { signal }: Abortable = {}): Promise<void> =>
  run(directory, TreeFiles.toDirectory(tree, directory), signal)
