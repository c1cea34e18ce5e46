/** The operations on a file system of host paths, without an effect system: here an effect is a function. */
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { typeOf } from "@procfsroot/vfs/Attributes"
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { memoryOf } from "./memory.js"

/** Runs a program synchronously. */
export const run = <A>(program: HostFileSystem.Asking<A>): A => {
  let step = program.next()
  while (step.done !== true) {
    let answer: { readonly value: unknown } | { readonly error: unknown }
    try {
      answer = { value: (step.value.effect as () => unknown)() } // an effect of `host` or `root`
    } catch (error) {
      answer = { error }
    }
    if ("value" in answer) step = program.next(answer.value)
    else {
      const { error } = answer
      step = program.throw(Object(error)._tag === "Failure" ? error : HostFileSystem.failure(error, "EIO"))
    }
  }
  return step.value
}

export const ask = <A>(effect: () => A): HostFileSystem.Ask<A> => HostFileSystem.ask<A>(effect)

/** Returns a method of a host that always fails with an errno, or with an error that has none. */
export const failing = (code: string | undefined) => (): HostFileSystem.Ask<never> =>
  ask(() => {
    throw code === undefined ? new Error("no errno") : Errno.make(code)
  })

/** The operations in the root `/box` of a tree in memory. */
export const inBox = (
  tree: MemoryTree.Tree,
  changed: Partial<HostFileSystem.HostFileSystem> = {},
  { policy, user }: { readonly policy?: PathPolicy; readonly user?: MemoryTree.User } = {}
) => {
  const memory = memoryOf(tree, { user })
  const fs = memory.fileSystem
  const { runSync, valueOf } = Program
  const host: HostFileSystem.HostFileSystem = {
    access: (path, mode) => ask(() => fs.access(path, mode)),
    chmod: (path, mode) => ask(() => fs.chmod(path, mode)),
    copyFile: (from, to) => ask(() => runSync(fs.copyFile(from, to))),
    createFile: (path) => ask(() => runSync(Program.valueOf(fs.open(path, "w+", 0o666)).close())),
    fileName: ask(() => "name"),
    link: (from, to) => ask(() => fs.link(from, to)),
    makeDirectory: (path, mode = 0o777) => ask(() => fs.mkdir(path, mode)),
    makeTempDirectory: (directory, prefix) => ask(() => fs.makeTemporaryDirectory(`${directory}/${prefix}`)),
    readDirectory: (path) => ask(() => runSync(fs.readDirectory(path, false))),
    readLink: (path) => ask(() => fs.readLink(path)),
    realPath: (path) => ask(() => fs.realPath(path)),
    remove: (path, options) => ask(() => runSync(fs.remove(path, options))),
    rename: (from, to) => ask(() => valueOf(fs.rename(from, to))),
    stat: (path) =>
      ask(() => {
        const { atimeMs, dev, ino, mode, mtimeMs } = fs.stat(path)
        return { type: typeOf({ mode }), mode, dev, ino, atime: new Date(atimeMs), mtime: new Date(mtimeMs) }
      }),
    symlink: (target, path) => ask(() => fs.symlink(target, path)),
    utimes: (path, atime, mtime) => ask(() => fs.utimes(path, atime, mtime)),
    ...changed
  }
  const walk = (path: string, options: Policy.Options) =>
    run(HostFileSystem.walk("/box", path, HostFileSystem.lookup(host), Policy.make(options)))
  const why = (path: string, failed: Walk.Failed<unknown>) =>
    ResolveFailure.fromOutcome("/box", path, failed, Errno.inError)
  const resultOf = (path: string, outcome: Walk.Outcome<unknown>) =>
    outcome._tag === "Resolved" ? Walk.toPath(outcome) : why(path, outcome)
  const root: HostFileSystem.Root = {
    hostPath: (place) => `/box${place}`,
    resolve: (path, options) => ask(() => ResolveFailure.refused("/box", path) ?? resultOf(path, walk(path, options))),
    locate: (path, options) =>
      ask(() => {
        const error = ResolveFailure.refused("/box", path)
        if (error !== undefined) return { deepest: RootedPath.root, remaining: path, error }
        const outcome = walk(path, options)
        const location = Walk.location(outcome)
        return outcome._tag === "Resolved" ? location : { ...location, error: why(path, outcome) }
      }),
    explain: (path, options) =>
      ask(() => {
        const error = ResolveFailure.refused("/box", path)
        if (error !== undefined) return { hops: [], result: error }
        const outcome = walk(path, options)
        return { hops: Walk.hops(outcome.trace), result: resultOf(path, outcome) }
      })
  }
  return { operations: HostFileSystem.make(root, host, policy), memory, host }
}

/** What a program returns, or how it fails: the code and the system call, or for a refused argument only the code. */
export const thrown = (program: HostFileSystem.Asking<unknown>): unknown => {
  try {
    return run(program)
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return [thrown.detail?.code ?? thrown.code, thrown.syscall]
    if (Errno.isBadArgument(thrown)) return thrown.code
    if (HostFileSystem.isThrown(thrown)) return thrown
    throw thrown
  }
}
