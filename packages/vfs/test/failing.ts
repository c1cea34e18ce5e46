/** Runs operations whose calls fail, and returns what they report. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import type * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { built, countingSync, stepping } from "./handles.js"

export type Fs = FileSystem.FileSystem<OpenNode>

type Run = (fs: Fs) => Program.Program<unknown> | string | void

const writer = { begin: () => ".new", end: () => {}, isAbandoned: () => false }

export const options: FileSystem.Options = {
  directoryName: () => "XXXXXX",
  fileName: () => "name",
  now: () => 0,
  writer
}

/** Returns how an operation failed: the code, the call, its paths, and Node's reason. */
export const failure = (run: Run, fs: Fs): ReadonlyArray<unknown> => {
  try {
    const made = run(fs)
    if (typeof made === "object") Program.runSync(made)
    return ["ok"]
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    const { code, detail, paths, syscall } = thrown
    return [detail?.code ?? code, syscall, paths, ...(detail === undefined ? [] : [detail.reason])]
  }
}

/**
 * Runs an operation once for each of its calls, with that call failing. Returns the call and the failure that is
 * reported.
 */
export const failures = (tree: MemoryTree.Tree, user: MemoryTree.User, run: Run): ReadonlyArray<string> => {
  const silent = ["top", "retain", "inSteps", "pathBytes", "lookup", "identity", "mayOpen"]
  const failing = (at: number): string | undefined => {
    let [made, name] = [0, ""]
    const step = (call: string) => {
      if (made++ !== at) return
      name = call
      throw Errno.make("EIO")
    }
    const { operations } = built(tree, user)
    const files = stepping(operations.files, (call) => step(`files.${call}`), ["identity"])
    const stepped = stepping(operations, step, silent)
    const fs = FileSystem.make({ ...stepped, ...countingSync(stepped, step), files }, options)
    const told = failure(run, fs).join(" ")
    return name === "" ? undefined : `${name}: ${told}`
  }
  const found: Array<string> = []
  for (let told = failing(0); told !== undefined; told = failing(found.length)) found.push(told)
  return found
}

/** The errno or the refused argument that a function throws. */
export const thrownBy = (run: () => void): Errno.Errno | Errno.BadArgument => {
  try {
    run()
  } catch (thrown) {
    if (Errno.isErrno(thrown) || Errno.isBadArgument(thrown)) return thrown
    throw thrown
  }
  throw new Error("nothing was thrown")
}

/** The code of the errno or the refused argument that a function throws, or `ok`. */
export const codeOf = (run: () => unknown): string => {
  try {
    run()
    return "ok"
  } catch (thrown) {
    if (Errno.isErrno(thrown) || Errno.isBadArgument(thrown)) return thrown.code
    throw thrown
  }
}

/** The stack of an error. If it has only its first line, JavaScriptCore leaves that out too. */
export const stackOf = (error: Error): string => error.stack ?? String(error)
